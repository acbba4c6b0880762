package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// How often fill says how far it is.
const progressInterval = 10 * time.Second

// fill writes every key once. A key that fails is tried again until the context ends.
func fill(ctx context.Context, load load, progress io.Writer) (result, error) {
	connections, err := connectEach(load.endpoints, min(load.connections, load.clients))
	if err != nil {
		return result{}, err
	}
	outcomes := newRecorder()
	begin := time.Now()
	var next, done atomic.Int64
	var clients sync.WaitGroup
	for at := range load.clients {
		clients.Go(func() {
			client := newClient(at, load, connections[at%len(connections)])
			for {
				key := int(next.Add(1)) - 1
				if key >= load.keys || !client.write(ctx, key, outcomes) {
					return
				}
				done.Add(1)
			}
		})
	}
	finished := make(chan struct{})
	go func() {
		clients.Wait()
		close(finished)
	}()
	ticks := time.NewTicker(progressInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			fmt.Fprintf(progress, "filled %d of %d\n", done.Load(), load.keys)
		case <-finished:
			return summarize([]*recorder{outcomes}, time.Since(begin)), ctx.Err()
		}
	}
}

// write says whether the key was written before the context ended.
func (c *client) write(ctx context.Context, key int, recorder *recorder) bool {
	request := c.load.call.encode(keyOf(key, c.load.keyBytes), c.value)
	for ctx.Err() == nil {
		begin := time.Now()
		failure := c.call(ctx, request)
		if failure == "" {
			recorder.success(time.Since(begin))
			return true
		}
		recorder.failure(failure)
		time.Sleep(retryPause)
	}
	return false
}
