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

// fill writes every key once, as many with each call as it takes. A call that fails is made again until
// the context ends.
func fill(ctx context.Context, load load, progress io.Writer) (result, error) {
	connections, err := connectEach(load.endpoints, min(load.connections, load.clients))
	if err != nil {
		return result{}, err
	}
	outcomes := newRecorder()
	begin := time.Now()
	numbers := load.numbers()
	var next, done atomic.Int64
	var clients sync.WaitGroup
	for at := range load.clients {
		clients.Go(func() {
			client := newClient(at, load, connections[at%len(connections)])
			for {
				key := int(next.Add(int64(numbers))) - numbers
				if key >= load.keys || !client.write(ctx, key, outcomes) {
					return
				}
				done.Add(int64(numbers))
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

// write says whether the key, and those that go with it, were written before the context ended.
func (c *client) write(ctx context.Context, key int, recorder *recorder) bool {
	next := key - 1
	request := c.load.request(func() int {
		next++
		return next
	}, c.value)
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
