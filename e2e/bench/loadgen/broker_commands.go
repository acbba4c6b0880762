package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
)

func doublesCommand() *cobra.Command {
	flags := &flags{operation: string(put)}
	var file string
	command := newCommand(flags, "doubles", "Stand in for brokers until interrupted, and count what they are told",
		func(ctx context.Context, duration time.Duration) (any, error) {
			ctx, cancel := context.WithTimeout(ctx, duration)
			defer cancel()
			doubles, err := readDoubles(file)
			if err != nil {
				return nil, err
			}
			return stand(ctx, doubles, flags.load.endpoints, os.Stderr)
		})
	command.Flags().StringVar(&file, "file", "", "the doubles, with their requests")
	return command
}

func pushesCommand() *cobra.Command {
	flags := &flags{}
	changes := changes{drain: 5 * time.Second}
	var file string
	command := newCommand(flags, "pushes", "Make changes, and measure when doubles of brokers have them",
		func(ctx context.Context, duration time.Duration) (any, error) {
			doubles, err := readDoubles(file)
			if err != nil {
				return nil, err
			}
			if flags.load.template == nil || flags.load.numbers() != 1 {
				return nil, fmt.Errorf("a change is a --template with one mark")
			}
			changes.template = *flags.load.template
			changes.endpoints = flags.load.endpoints
			changes.connections = flags.load.connections
			changes.duration = duration
			changes.warmUp = time.Duration(flags.warmUp * float64(time.Second))
			return push(ctx, doubles, changes, os.Stderr)
		})
	command.Flags().StringVar(&file, "file", "", "the doubles, with their requests")
	command.Flags().StringVar(&changes.marker, "marker", "", "what stands before the number of a change")
	command.Flags().IntSliceVar(&changes.rates, "rates", nil, "changes per second, one after the other, each for --seconds")
	command.Flags().IntVar(&flags.load.connections, "connections", 16, "HTTP/2 connections that changes come on")
	command.Flags().Float64Var(&flags.warmUp, "warm-up", 1, "seconds before each measurement")
	return command
}
