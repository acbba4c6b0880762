package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
)

// A pause of the writer above this is a gap.
const gapMin = 20 * time.Millisecond

// After this long without an answer the next endpoint is tried as well; the first attempt stands.
const patience = 50 * time.Millisecond

// gap is a time without a successful write.
type gap struct {
	// Unix time at which the last write before it succeeded.
	StartMs float64 `json:"startMs"`
	GapMs   float64 `json:"gapMs"`
}

type failoverResult struct {
	Writes           int64          `json:"writes"`
	BackgroundWrites int64          `json:"backgroundWrites"`
	Gaps             []gap          `json:"gaps"`
	Errors           map[string]int `json:"errors"`
}

// failover writes one key after the other, with clients beside it that only make the cluster busy.
// It says "measuring" once the first write succeeded.
func failover(ctx context.Context, load load, duration time.Duration, phases io.Writer) (failoverResult, error) {
	// Not a deadline: members would be told of it, and answer the last calls with a failure.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer time.AfterFunc(duration, cancel).Stop()
	own, err := dialAll(load.endpoints)
	if err != nil {
		return failoverResult{}, err
	}
	shared, err := dialAll(load.endpoints)
	if err != nil {
		return failoverResult{}, err
	}
	outcomes, ignored := newRecorder(), newRecorder()
	var background atomic.Int64
	var clients sync.WaitGroup
	for number := range load.clients {
		clients.Go(func() {
			busy := newWriter(number+1, load, shared, callLimit, ignored)
			for busy.write(ctx) {
				background.Add(1)
			}
		})
	}
	gaps, writes := watch(ctx, newWriter(0, load, own, patience, outcomes), phases)
	clients.Wait()
	errors := summarize([]*recorder{outcomes}, duration).Errors
	return failoverResult{writes, background.Load(), gaps, errors}, nil
}

func dialAll(endpoints []string) ([]*grpc.ClientConn, error) {
	opened := make([]*grpc.ClientConn, 0, len(endpoints))
	for _, endpoint := range endpoints {
		each, err := dial(endpoint)
		if err != nil {
			return nil, err
		}
		opened = append(opened, each)
	}
	return opened, nil
}

// watch writes without a pause and notes when it could not.
func watch(ctx context.Context, writer *writer, phases io.Writer) (gaps []gap, writes int64) {
	gaps = []gap{}
	var last time.Time
	note := func() {
		if took := time.Since(last); writes > 0 && took > gapMin {
			gaps = append(gaps, gap{float64(last.UnixMicro()) / 1000, float64(took.Microseconds()) / 1000})
		}
	}
	for writer.write(ctx) {
		if writes == 0 {
			fmt.Fprintln(phases, "measuring")
		}
		note()
		last = time.Now()
		writes++
	}
	// A gap that lasts to the end counts with what was seen of it.
	note()
	return gaps, writes
}
