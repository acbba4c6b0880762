package main

import (
	"context"
	"sync"
	"syscall"
	"time"
)

// trouble is what is wrong with the disk now.
type trouble struct {
	failWrites bool
	failSyncs  bool
	full       bool
	syncDelay  time.Duration
	// Syncs wait until it is closed; nil: they do not.
	hang chan struct{}
}

type faults struct {
	mutex sync.Mutex
	now   trouble
}

func (f *faults) set(change func(*trouble)) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if change(&f.now); f.now.failSyncs && f.now.hang != nil {
		close(f.now.hang)
		f.now.hang = nil
	}
}

// clear ends all trouble; syncs that hang go on.
func (f *faults) clear() {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.now.hang != nil {
		close(f.now.hang)
	}
	f.now = trouble{}
}

func (f *faults) current() trouble {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.now
}

// beforeGrowth says whether something can be added to the disk.
func (f *faults) beforeGrowth() syscall.Errno {
	switch now := f.current(); {
	case now.failWrites:
		return syscall.EIO
	case now.full:
		return syscall.ENOSPC
	}
	return 0
}

// beforeWrite says whether what is there can be written over.
func (f *faults) beforeWrite() syscall.Errno {
	if f.current().failWrites {
		return syscall.EIO
	}
	return 0
}

// beforeSync takes as long as the trouble says. A process that is killed meanwhile is let go.
func (f *faults) beforeSync(ctx context.Context) syscall.Errno {
	now := f.current()
	select {
	case <-time.After(now.syncDelay):
	case <-ctx.Done():
		return syscall.EINTR
	}
	if now.hang != nil {
		select {
		case <-now.hang:
		case <-ctx.Done():
			return syscall.EINTR
		}
	}
	if f.current().failSyncs {
		return syscall.EIO
	}
	return 0
}
