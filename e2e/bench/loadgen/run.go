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
	call call
	// template is what the call sends, unless it encodes its requests itself.
	template    *template
	endpoints   []string
	clients     int
	connections int
	keys        int
	keyBytes    int
	valueBytes  int
	// Of all clients together; 0: as fast as answers come.
	perSecond float64
}

// request is the next one, of keys with these numbers.
func (l load) request(next func() int, value []byte) []byte {
	if l.template != nil {
		return l.template.fill(next)
	}
	return l.call.encode(keyOf(next(), l.keyBytes), value)
}

// numbers are how many keys go with one request.
func (l load) numbers() int {
	if l.template != nil {
		return len(l.template.Marks)
	}
	return 1
}

// run lets clients call one after the other, each on its own, until the time is over or somebody ends
// the measurement. What happens during the warm-up is not counted. It says "measuring" and "measured"
// to who wants to read other meters at the same moments.
func run(ctx context.Context, load load, warmUp, duration time.Duration, phases io.Writer) (result, error) {
	connections, err := connectEach(load.endpoints, min(load.connections, load.clients))
	if err != nil {
		return result{}, err
	}
	// The calls that are out when somebody ends it have their answers.
	calls, cancel := context.WithTimeout(context.WithoutCancel(ctx), warmUp+duration+callLimit)
	defer cancel()

	var counts, over atomic.Bool
	recorders := make([]*recorder, len(connections))
	for at := range recorders {
		recorders[at] = newRecorder()
	}
	var clients sync.WaitGroup
	first := time.Now()
	for at := range load.clients {
		slot := at % len(connections)
		clients.Go(func() {
			client := newClient(at, load, connections[slot])
			pace := paceOf(at, load.clients, load.perSecond, first)
			for !over.Load() && calls.Err() == nil {
				wait(ctx, pace.pause(time.Now()))
				client.once(calls, recorders[slot], &counts)
			}
		})
	}

	wait(ctx, warmUp)
	fmt.Fprintln(phases, "measuring")
	begin := time.Now()
	counts.Store(true)
	wait(ctx, duration)
	counts.Store(false)
	took := time.Since(begin)
	fmt.Fprintln(phases, "measured")
	over.Store(true)
	clients.Wait()
	return summarize(recorders, took), calls.Err()
}
