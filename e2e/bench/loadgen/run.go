package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// load is what to do, of what size, and where.
type load struct {
	call        call
	endpoints   []string
	clients     int
	connections int
	keys        int
	keyBytes    int
	valueBytes  int
}

// run lets clients call one after the other, each on its own, until the time is over. What happens
// during the warm-up is not counted. It says "measuring" and "measured" to who wants to read other
// meters at the same moments.
func run(ctx context.Context, load load, warmUp, duration time.Duration, phases io.Writer) (result, error) {
	connections, err := connectEach(load.endpoints, min(load.connections, load.clients))
	if err != nil {
		return result{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, warmUp+duration+callLimit)
	defer cancel()

	var counts, over atomic.Bool
	recorders := make([]*recorder, len(connections))
	for at := range recorders {
		recorders[at] = newRecorder()
	}
	var clients sync.WaitGroup
	for at := range load.clients {
		slot := at % len(connections)
		clients.Go(func() {
			client := newClient(at, load, connections[slot])
			for !over.Load() && ctx.Err() == nil {
				client.once(ctx, recorders[slot], &counts)
			}
		})
	}

	time.Sleep(warmUp)
	fmt.Fprintln(phases, "measuring")
	begin := time.Now()
	counts.Store(true)
	time.Sleep(duration)
	counts.Store(false)
	took := time.Since(begin)
	fmt.Fprintln(phases, "measured")
	over.Store(true)
	clients.Wait()
	return summarize(recorders, took), ctx.Err()
}
