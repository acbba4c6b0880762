package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// No rung makes more changes in a second.
const rateMax = 10_000

// How often it is looked whether everything has arrived.
const drainInterval = 20 * time.Millisecond

// changes are what brokers are told, and at which rates it happens, one after the other.
type changes struct {
	template  template
	endpoints []string
	// marker stands before the number of a change wherever it is told.
	marker      string
	rates       []int
	connections int
	warmUp      time.Duration
	duration    time.Duration
	// After a rung, nobody waits longer for what has not arrived.
	drain time.Duration
}

func (c changes) check() error {
	for _, rate := range c.rates {
		if rate < 1 || rate > rateMax {
			return fmt.Errorf("--rates must be from 1 to %d", rateMax)
		}
	}
	if c.marker == "" || c.connections < 1 {
		return fmt.Errorf("--marker must not be empty, and --connections at least 1")
	}
	return nil
}

// rung is what one rate has come to.
type rung struct {
	PerSecond int `json:"perSecond"`
	// Changes are those that were acknowledged to their caller.
	Changes int `json:"changes"`
	// Missing are arrivals of them that nobody has seen.
	Missing int64 `json:"missing"`
	// Arrivals are from sending a change until one of the doubles has it.
	Arrivals result `json:"arrivals"`
	// Replies are from sending a change to its reply.
	Replies result `json:"replies"`
}

// push makes changes at each rate in turn, and sees when doubles have them. A change does not wait for
// the one before. It says "measuring" when all doubles are registered, and "filled …" before each rate.
func push(ctx context.Context, doubles doubles, changes changes, phases io.Writer) ([]rung, error) {
	if err := changes.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	most := 0
	for _, rate := range changes.rates {
		most += int(float64(rate)*(changes.warmUp+changes.duration).Seconds()) + 2
	}
	board := newBoard(changes.marker, changes.template.Digits, most, len(doubles.Brokers))
	if err := doubles.start(ctx, changes.endpoints, board.take); err != nil {
		return nil, err
	}
	connections, err := connectEach(changes.endpoints[:1], changes.connections)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(phases, "measuring")
	climb := &climb{changes: changes, board: board, connections: connections}
	rungs := make([]rung, 0, len(changes.rates))
	for _, rate := range changes.rates {
		fmt.Fprintf(phases, "filled %d changes/s\n", rate)
		climb.at(ctx, rate, changes.warmUp, newRecorder())
		board.renew(climb.next)
		rungs = append(rungs, climb.measure(ctx, rate))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return rungs, nil
}

// climb makes changes, each with a number of its own.
type climb struct {
	changes     changes
	board       *board
	connections []*connection
	next        int
}

// at makes changes at a rate for a time, and waits for their replies; it returns how many.
func (c *climb) at(ctx context.Context, rate int, duration time.Duration, replies *recorder) int {
	pace := paceOf(0, 1, float64(rate), time.Now())
	count := int(float64(rate) * duration.Seconds())
	var calls sync.WaitGroup
	for range count {
		wait(ctx, pace.pause(time.Now()))
		change := c.next
		c.next++
		calls.Go(func() { c.change(ctx, change, replies) })
	}
	calls.Wait()
	return count
}

func (c *climb) change(ctx context.Context, change int, replies *recorder) {
	request := c.changes.template.fill(func() int { return change })
	c.board.note(change)
	begin := time.Now()
	_, failure := c.connections[change%len(c.connections)].invoke(ctx, c.changes.template.Method, request)
	if failure == "" {
		replies.success(time.Since(begin))
	} else {
		replies.failure(failure)
	}
}

func (c *climb) measure(ctx context.Context, rate int) rung {
	replies := newRecorder()
	begin := time.Now()
	c.at(ctx, rate, c.changes.duration, replies)
	took := time.Since(begin)
	replied := summarize([]*recorder{replies}, took)
	expected := replied.Ops * int64(len(c.board.owners))
	for limit := time.Now().Add(c.changes.drain); c.board.arrivals() < expected && time.Now().Before(limit); {
		wait(ctx, drainInterval)
	}
	return rung{
		PerSecond: rate, Changes: int(replied.Ops),
		Missing:  max(0, expected-c.board.arrivals()),
		Arrivals: c.board.summarize(took), Replies: replied,
	}
}
