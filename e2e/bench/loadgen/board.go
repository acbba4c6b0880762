package main

import (
	"bytes"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// board says when each change was sent, and who has it.
type board struct {
	marker []byte
	digits int
	begin  time.Time
	sent   []atomic.Int64
	// Changes with numbers from here on count.
	from   atomic.Int64
	owners []owner
}

// owner is a double as the board sees it.
type owner struct {
	mutex     sync.Mutex
	has       []bool
	latencies *hdrhistogram.Histogram
}

func newBoard(marker string, digits, changes, doubles int) *board {
	board := &board{
		marker: []byte(marker), digits: digits, begin: time.Now(),
		sent: make([]atomic.Int64, changes), owners: make([]owner, doubles),
	}
	for at := range board.owners {
		board.owners[at].has = make([]bool, changes)
		board.owners[at].latencies = hdrhistogram.New(1, 60_000_000, 3)
	}
	return board
}

// note says that a change is sent now.
func (b *board) note(change int) { b.sent[change].Store(int64(time.Since(b.begin))) }

// take gets what a double is told. What comes again counts with its first time.
func (b *board) take(double int, request []byte) {
	now := int64(time.Since(b.begin))
	owner := &b.owners[double]
	owner.mutex.Lock()
	defer owner.mutex.Unlock()
	for record := range recordsIn(request) {
		change, ok := b.changeIn(record)
		if !ok || owner.has[change] {
			continue
		}
		owner.has[change] = true
		if int64(change) >= b.from.Load() {
			took := time.Duration(now - b.sent[change].Load())
			_ = owner.latencies.RecordValue(max(1, took.Microseconds()))
		}
	}
}

// changeIn is the number of the change that a record tells.
func (b *board) changeIn(record []byte) (change int, ok bool) {
	at := bytes.Index(record, b.marker)
	if at < 0 || at+len(b.marker)+b.digits > len(record) {
		return 0, false
	}
	digits := record[at+len(b.marker):][:b.digits]
	change, err := strconv.Atoi(string(digits))
	return change, err == nil && change < len(b.sent)
}

// arrivals are those of the changes that count.
func (b *board) arrivals() int64 {
	var sum int64
	for at := range b.owners {
		owner := &b.owners[at]
		owner.mutex.Lock()
		sum += owner.latencies.TotalCount()
		owner.mutex.Unlock()
	}
	return sum
}

// renew lets changes count from this one on.
func (b *board) renew(from int) {
	b.from.Store(int64(from))
	for at := range b.owners {
		owner := &b.owners[at]
		owner.mutex.Lock()
		owner.latencies.Reset()
		owner.mutex.Unlock()
	}
}

func (b *board) summarize(took time.Duration) result {
	recorders := make([]*recorder, len(b.owners))
	for at := range b.owners {
		recorders[at] = &recorder{latencies: b.owners[at].latencies}
	}
	return summarize(recorders, took)
}
