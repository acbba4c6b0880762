package main

import (
	"maps"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// recorder collects the outcomes of the clients of one connection.
type recorder struct {
	mutex     sync.Mutex
	latencies *hdrhistogram.Histogram
	errors    map[string]int
}

func newRecorder() *recorder {
	return &recorder{
		latencies: hdrhistogram.New(1, 60_000_000, 3),
		errors:    map[string]int{},
	}
}

func (r *recorder) success(took time.Duration) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	// Only a latency above the histogram's minute is an error, and no call lasts that long.
	_ = r.latencies.RecordValue(max(1, took.Microseconds()))
}

func (r *recorder) failure(kind string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.errors[kind]++
}

// result is what a run says.
type result struct {
	Ops       int64          `json:"ops"`
	Seconds   float64        `json:"seconds"`
	PerSecond float64        `json:"opsPerSecond"`
	P50       int64          `json:"p50Us"`
	P90       int64          `json:"p90Us"`
	P99       int64          `json:"p99Us"`
	Max       int64          `json:"maxUs"`
	Errors    map[string]int `json:"errors"`
}

func summarize(recorders []*recorder, took time.Duration) result {
	all := hdrhistogram.New(1, 60_000_000, 3)
	errors := map[string]int{}
	for _, each := range recorders {
		each.mutex.Lock()
		all.Merge(each.latencies)
		for kind := range maps.Keys(each.errors) {
			errors[kind] += each.errors[kind]
		}
		each.mutex.Unlock()
	}
	return result{
		Ops:       all.TotalCount(),
		Seconds:   took.Seconds(),
		PerSecond: float64(all.TotalCount()) / took.Seconds(),
		P50:       all.ValueAtQuantile(50),
		P90:       all.ValueAtQuantile(90),
		P99:       all.ValueAtQuantile(99),
		Max:       all.Max(),
		Errors:    errors,
	}
}
