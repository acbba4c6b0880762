package main

import (
	"errors"
	"os"
	"sync"
	"syscall"
)

// inode is a file or a directory, as processes see it and as a power loss would leave it.
type inode struct {
	id   uint64
	mode uint32

	// Of a directory. Guarded by the disk's mutex, as is `birth`.
	entries map[string]*inode
	durable map[string]*inode

	// The entry that a sync of this inode makes durable: the one it was created under, until then.
	birth *birth

	// Of a file.
	mutex   sync.Mutex
	content *os.File
	// What takes back all that was written since the last sync: the latest change is last.
	undo []change
	// A sync failed: what was written since the one before may be lost whatever later syncs say.
	spoiled bool
	// Syncs that began before a power loss make nothing durable after it.
	losses int
	opened int
}

type birth struct {
	parent *inode
	name   string
}

// change is a write or a truncation, as it is taken back.
type change struct {
	offset int64
	before []byte
	size   int64
}

func (i *inode) isDirectory() bool { return i.entries != nil }

func (i *inode) size() (int64, error) {
	info, err := i.content.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// remember notes how to take back a change of the bytes from `offset` to `end`, or of the size.
func (i *inode) remember(offset, end int64) error {
	size, err := i.size()
	if err != nil {
		return err
	}
	var before []byte
	if end = min(end, size); offset < end {
		before = make([]byte, end-offset)
		if _, err := i.content.ReadAt(before, offset); err != nil {
			return err
		}
	}
	i.undo = append(i.undo, change{offset, before, size})
	return nil
}

func (i *inode) write(data []byte, offset int64) (int, error) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if err := i.remember(offset, offset+int64(len(data))); err != nil {
		return 0, err
	}
	return i.content.WriteAt(data, offset)
}

func (i *inode) truncate(size int64) error {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	old, err := i.size()
	if err != nil || old == size {
		return err
	}
	if err := i.remember(size, old); err != nil {
		return err
	}
	return i.content.Truncate(size)
}

// sync makes durable what was written before it; `wait` is called before the real sync, unlocked.
func (i *inode) sync(wait func() error) (bool, error) {
	i.mutex.Lock()
	written, losses := len(i.undo), i.losses
	i.mutex.Unlock()
	err := wait()
	if err == nil {
		err = i.content.Sync()
	}
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if losses != i.losses {
		return false, err
	}
	i.spoiled = i.spoiled || errors.Is(err, syscall.EIO)
	if err != nil || i.spoiled {
		return false, err
	}
	i.undo = i.undo[written:]
	return true, nil
}

// lose takes back everything since the last sync, but for what `torn` leaves of what was added to the
// end; nil: nothing. It tells whether anything was left.
func (i *inode) lose(torn *tears) (bool, error) {
	i.mutex.Lock()
	defer i.mutex.Unlock()
	var left []byte
	var end int64
	if torn != nil && len(i.undo) > 0 {
		end = i.undo[0].size
		tail, err := i.tailFrom(end)
		if err != nil {
			return false, err
		}
		left = torn.of(i, tail, end)
	}
	for at := len(i.undo) - 1; at >= 0; at-- {
		last := i.undo[at]
		if _, err := i.content.WriteAt(last.before, last.offset); err != nil {
			return false, err
		}
		if err := i.content.Truncate(last.size); err != nil {
			return false, err
		}
	}
	if _, err := i.content.WriteAt(left, end); err != nil {
		return false, err
	}
	i.undo = nil
	i.spoiled = false
	i.losses++
	return len(left) > 0, nil
}

// tailFrom returns the bytes from `offset` to the end.
func (i *inode) tailFrom(offset int64) ([]byte, error) {
	size, err := i.size()
	if err != nil || size <= offset {
		return nil, err
	}
	tail := make([]byte, size-offset)
	_, err = i.content.ReadAt(tail, offset)
	return tail, err
}
