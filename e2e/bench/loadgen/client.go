package main

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// client makes one call at a time, on keys drawn at random.
type client struct {
	load       load
	connection *connection
	random     *rand.Rand
	value      []byte
}

func newClient(number int, load load, connection *connection) *client {
	random := randomOf(number)
	return &client{load, connection, random, valueOf(random, load.valueBytes)}
}

// once makes one call, and records it if it counts when it ends.
func (c *client) once(ctx context.Context, recorder *recorder, counts *atomic.Bool) {
	request := c.load.request(func() int { return c.random.IntN(c.load.keys) }, c.value)
	begin := time.Now()
	failure := c.call(ctx, request)
	took := time.Since(begin)
	if failure != "" {
		time.Sleep(retryPause)
	}
	switch {
	case !counts.Load():
	case failure == "":
		recorder.success(took)
	default:
		recorder.failure(failure)
	}
}

// call makes one call; the result is empty when it succeeded.
func (c *client) call(ctx context.Context, request []byte) (failure string) {
	reply, failure := c.connection.invoke(ctx, c.load.call.method, request)
	if failure == "" && c.load.call.found != 0 && !hasField(reply, c.load.call.found) {
		return "not found"
	}
	return failure
}
