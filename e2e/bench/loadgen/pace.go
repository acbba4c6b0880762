package main

import (
	"context"
	"time"
)

// After an outage no more than this is caught up on: a flood would be another load.
const catchUp = time.Second

// pace says when one of many clients is to make its next call.
type pace struct {
	period time.Duration
	due    time.Time
}

// paceOf is the pace of a client among many that together make so many calls in a second, evenly
// spread. Without a rate none of them waits.
func paceOf(client, clients int, perSecond float64, begin time.Time) *pace {
	if perSecond == 0 {
		return &pace{}
	}
	period := time.Duration(float64(clients) / perSecond * float64(time.Second))
	return &pace{period, begin.Add(period * time.Duration(client) / time.Duration(clients))}
}

// pause is how long the client waits at a moment before its next call.
func (p *pace) pause(now time.Time) time.Duration {
	if p.period == 0 {
		return 0
	}
	pause := max(0, p.due.Sub(now))
	p.due = p.due.Add(p.period)
	if earliest := now.Add(-catchUp); p.due.Before(earliest) {
		p.due = earliest
	}
	return pause
}

// wait is over after the time, or when the context ends.
func wait(ctx context.Context, pause time.Duration) {
	if pause == 0 {
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
