// Loadgen puts load on a cluster on this machine, the same for etcd and for RobustMQ.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// No flag makes a command last longer.
const durationMax = 30 * time.Minute

// flags are those of all commands; each command registers the ones that it has.
type flags struct {
	target    string
	operation string
	template  string
	rowPrefix string
	seconds   float64
	warmUp    float64
	spread    bool
	load      load
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{
		Use:           "loadgen",
		Short:         "Puts load on a cluster on this machine, and prints what came of it as JSON",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(runCommand(), fillCommand(), failoverCommand(), doublesCommand(), pushesCommand())
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "loadgen:", err)
		stop()
		os.Exit(1)
	}
}

func runCommand() *cobra.Command {
	flags := &flags{}
	command := newCommand(flags, "run", "Measure one operation by many clients",
		func(ctx context.Context, duration time.Duration) (any, error) {
			if !flags.spread {
				flags.load.endpoints = flags.load.endpoints[:1]
			}
			warmUp := time.Duration(flags.warmUp * float64(time.Second))
			return run(ctx, flags.load, warmUp, duration, os.Stderr)
		})
	command.Flags().StringVar(&flags.operation, "op", "put", "put, get or get-stale")
	command.Flags().IntVar(&flags.load.clients, "clients", 64, "callers at once")
	command.Flags().IntVar(&flags.load.connections, "connections", 16, "HTTP/2 connections that they share")
	command.Flags().Float64Var(&flags.load.perSecond, "per-second", 0, "calls of all clients together; 0: as fast as answers come")
	command.Flags().Float64Var(&flags.warmUp, "warm-up", 1, "seconds before the measurement")
	command.Flags().BoolVar(&flags.spread, "spread", false, "spread the connections over all endpoints instead of the first")
	command.Flags().StringVar(&flags.rowPrefix, "row-prefix", "", "what stands before a key in the rows of RobustMQ's admin service")
	return command
}

func fillCommand() *cobra.Command {
	flags := &flags{operation: string(put)}
	command := newCommand(flags, "fill", "Write every key once",
		func(ctx context.Context, duration time.Duration) (any, error) {
			ctx, cancel := context.WithTimeout(ctx, duration)
			defer cancel()
			return fill(ctx, flags.load, os.Stderr)
		})
	command.Flags().IntVar(&flags.load.clients, "clients", 256, "callers at once")
	command.Flags().IntVar(&flags.load.connections, "connections", 16, "HTTP/2 connections that they share")
	return command
}

func failoverCommand() *cobra.Command {
	flags := &flags{operation: string(put)}
	command := newCommand(flags, "failover", "Write without a pause while somebody ends members, and note every gap",
		func(ctx context.Context, duration time.Duration) (any, error) {
			return failover(ctx, flags.load, duration, os.Stderr)
		})
	command.Flags().IntVar(&flags.load.clients, "background", 0, "more writers, to make the cluster busy")
	return command
}

// newCommand is a command with the flags that all have; it checks them and prints the result.
func newCommand(
	flags *flags, use, short string, work func(context.Context, time.Duration) (any, error),
) *cobra.Command {
	command := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			duration, err := flags.check()
			if err != nil {
				return err
			}
			outcome, err := work(command.Context(), duration)
			if err != nil {
				return err
			}
			return json.NewEncoder(os.Stdout).Encode(outcome)
		},
	}
	command.Flags().StringVar(&flags.target, "target", "", "etcd or robustmq")
	command.Flags().StringVar(&flags.template, "template", "", "a file with a request to be sent instead, and where keys stand in it")
	command.Flags().StringSliceVar(&flags.load.endpoints, "endpoints", nil, "addresses on this machine, with commas")
	command.Flags().Float64Var(&flags.seconds, "seconds", 10, "how long, at most")
	command.Flags().IntVar(&flags.load.keys, "keys", 100_000, "how many different keys")
	command.Flags().IntVar(&flags.load.keyBytes, "key-bytes", 16, "length of a key")
	command.Flags().IntVar(&flags.load.valueBytes, "value-bytes", 256, "length of a value")
	return command
}

// check completes the load; it returns how long the work may take.
func (f *flags) check() (time.Duration, error) {
	if err := f.takeCall(); err != nil {
		return 0, err
	}
	if len(f.load.endpoints) == 0 {
		return 0, fmt.Errorf("--endpoints must name at least one address")
	}
	for _, endpoint := range f.load.endpoints {
		if err := checkAddress(endpoint); err != nil {
			return 0, err
		}
	}
	if f.load.clients < 0 || f.load.clients > 10_000 || f.load.connections < 0 || f.load.connections > 1_000 {
		return 0, fmt.Errorf("at most 10000 clients and 1000 connections")
	}
	if f.load.perSecond < 0 || f.load.perSecond > 1_000_000 {
		return 0, fmt.Errorf("--per-second must be 0 or more, and at most 1000000")
	}
	duration := time.Duration(f.seconds * float64(time.Second))
	if duration <= 0 || duration > durationMax {
		return 0, fmt.Errorf("--seconds must be above 0, and at most %v", durationMax)
	}
	return duration, nil
}

// takeCall completes what the load does.
func (f *flags) takeCall() error {
	if f.template == "" {
		target, err := targetNamed(f.target, f.rowPrefix)
		if err != nil {
			return err
		}
		if f.load.call, err = target.call(f.operation); err != nil {
			return err
		}
		return checkKeyspace(f.load.keys, f.load.keyBytes)
	}
	template, err := readTemplate(f.template)
	if err != nil {
		return err
	}
	f.load.template, f.load.call = &template, call{method: template.Method}
	if f.load.keys%f.load.numbers() != 0 {
		return fmt.Errorf("%d keys do not come in requests of %d", f.load.keys, f.load.numbers())
	}
	return checkKeyspace(f.load.keys, template.Digits)
}
