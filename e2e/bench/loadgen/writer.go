package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"google.golang.org/grpc"
)

// writer is a client that is connected to all members and does not give up.
type writer struct {
	load     load
	members  []*grpc.ClientConn
	patience time.Duration
	failures *recorder
	random   *rand.Rand
	value    []byte
	// The member to try next: the one where the last write succeeded.
	at int
}

func newWriter(number int, load load, members []*grpc.ClientConn, patience time.Duration, failures *recorder) *writer {
	random := randomOf(number)
	return &writer{
		load: load, members: members, patience: patience, failures: failures,
		random: random, value: valueOf(random, load.valueBytes),
		at: number % len(members),
	}
}

// An attempt to write at one member.
type attempt struct {
	at     int
	answer answer
}

// write writes one random key, and tries until an attempt succeeded or the context ended. A failed
// attempt is followed by one at the next member after the pause of a retry, a redirect by one at the
// leader; one without an answer is left standing, and the next member is tried beside it.
func (w *writer) write(ctx context.Context) bool {
	request := w.load.request(func() int { return w.random.IntN(w.load.keys) }, w.value)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	attempts := make(chan attempt)
	try := func() {
		at := w.at
		go func() {
			ended := attempt{at, invoke(ctx, w.members[at], w.load.call.method, request)}
			select {
			case attempts <- ended:
			case <-ctx.Done():
			}
		}()
	}
	next := time.NewTimer(w.patience)
	defer next.Stop()
	redirects := 0
	for try(); ; {
		select {
		case <-ctx.Done():
			return false
		case <-next.C:
			w.at = (w.at + 1) % len(w.members)
			try()
			next.Reset(w.patience)
		case ended := <-attempts:
			if ended.answer.failure == "" {
				w.at = ended.at
				return true
			}
			if ctx.Err() != nil {
				return false
			}
			w.failures.failure(ended.answer.failure)
			leader := slices.Index(w.load.endpoints, ended.answer.leader)
			if leader >= 0 && redirects == 0 {
				redirects++
				w.at = leader
				try()
				next.Reset(w.patience)
				continue
			}
			// Members that disagree on the leader must not make a loop without a pause.
			redirects = 0
			next.Reset(retryPause)
		}
	}
}
