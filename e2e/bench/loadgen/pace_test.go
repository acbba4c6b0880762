package main

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	begin := time.Unix(0, 0)
	at := func(milliseconds int) time.Time {
		return begin.Add(time.Duration(milliseconds) * time.Millisecond)
	}
	// Clients 0 and 1 of two that make 10 calls a second: each one in 200 ms.
	for _, test := range []struct {
		name   string
		client int
		// When the client asks, and how long it is to wait, in ms.
		asks, pauses []int
	}{
		{"the first begins at once", 0, []int{0, 1, 201}, []int{0, 199, 199}},
		{"the second in between", 1, []int{0, 101, 301}, []int{100, 199, 199}},
		{"what is late is caught up on", 0, []int{0, 450, 451, 452}, []int{0, 0, 0, 148}},
		{"but for no more than a second", 0, []int{5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000}, []int{0, 0, 0, 0, 0, 0, 0, 200}},
	} {
		t.Run(test.name, func(t *testing.T) {
			pace := paceOf(test.client, 2, 10, begin)
			for index, ask := range test.asks {
				want := time.Duration(test.pauses[index]) * time.Millisecond
				if got := pace.pause(at(ask)); got != want {
					t.Errorf("at %d ms: got %v; want %v", ask, got, want)
				}
			}
		})
	}
	if got := paceOf(0, 2, 0, begin).pause(begin); got != 0 {
		t.Errorf("without a rate: got %v", got)
	}
}
