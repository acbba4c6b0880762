package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
)

// disk holds a tree of inodes, each directory with the entries it has and those that are durable.
//
// It keeps what POSIX promises, and of journaling file systems (ext4, xfs, btrfs) the one thing that
// databases lean on: to sync a file or directory that is new makes the entry durable under which it
// was created, and those of the directories above it. Links, renames of what was there before, and
// removals are durable once the directory is synced, and not a moment earlier.
type disk struct {
	backing string
	faults  *faults

	mutex  sync.Mutex
	root   *inode
	inodes map[uint64]*inode
	lastID uint64
}

func newDisk(backing string) *disk {
	d := &disk{backing: backing, faults: &faults{}, inodes: map[uint64]*inode{}}
	d.root = d.add(syscall.S_IFDIR | 0o755)
	return d
}

func (d *disk) add(mode uint32) *inode {
	d.lastID++
	made := &inode{id: d.lastID, mode: mode}
	if mode&syscall.S_IFMT == syscall.S_IFDIR {
		made.entries, made.durable = map[string]*inode{}, map[string]*inode{}
	}
	d.inodes[made.id] = made
	return made
}

func (d *disk) path(i *inode) string {
	return filepath.Join(d.backing, strconv.FormatUint(i.id, 10))
}

func (d *disk) lookup(parent *inode, name string) *inode {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return parent.entries[name]
}

// create makes a file or a directory.
func (d *disk) create(parent *inode, name string, mode uint32) (*inode, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if parent.entries[name] != nil {
		return nil, syscall.EEXIST
	}
	made := d.add(mode)
	if !made.isDirectory() {
		content, err := os.OpenFile(d.path(made), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			delete(d.inodes, made.id)
			return nil, err
		}
		made.content = content
	}
	parent.entries[name] = made
	made.birth = &birth{parent, name}
	return made, nil
}

func (d *disk) link(parent *inode, name string, target *inode) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if parent.entries[name] != nil {
		return syscall.EEXIST
	}
	parent.entries[name] = target
	return nil
}

func (d *disk) remove(parent *inode, name string) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	found := parent.entries[name]
	if found == nil {
		return syscall.ENOENT
	}
	if len(found.entries) > 0 {
		return syscall.ENOTEMPTY
	}
	delete(parent.entries, name)
	d.collect()
	return nil
}

func (d *disk) rename(from *inode, name string, to *inode, newName string) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	moved := from.entries[name]
	if moved == nil {
		return syscall.ENOENT
	}
	if replaced := to.entries[newName]; replaced != nil && len(replaced.entries) > 0 {
		return syscall.ENOTEMPTY
	}
	delete(from.entries, name)
	to.entries[newName] = moved
	if moved.birth != nil {
		moved.birth = &birth{to, newName}
	}
	d.collect()
	return nil
}

// sync makes an inode durable, and the entry that it was created under.
func (d *disk) sync(ctx context.Context, i *inode) error {
	wait := func() error {
		if errno := d.faults.beforeSync(ctx); errno != 0 {
			return errno
		}
		return nil
	}
	if !i.isDirectory() {
		if done, err := i.sync(wait); err != nil || !done {
			return err
		}
	} else if err := wait(); err != nil {
		return err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if i.isDirectory() {
		i.durable = maps.Clone(i.entries)
		for _, child := range i.entries {
			child.birth = nil
		}
	}
	for born := i; born.birth != nil; {
		parent, name := born.birth.parent, born.birth.name
		born.birth = nil
		if parent.entries[name] == born {
			parent.durable[name] = born
		}
		born = parent
	}
	d.collect()
	return nil
}

// losePower leaves what is durable, and of tails what `torn` leaves; it tells of how many files.
func (d *disk) losePower(torn *tears) (int, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	count := 0
	for _, each := range d.inodes {
		each.birth = nil
		if each.isDirectory() {
			each.entries = maps.Clone(each.durable)
		} else if left, err := each.lose(torn); err != nil {
			return count, err
		} else if left {
			count++
		}
	}
	d.collect()
	return count, nil
}

// collect forgets files that no entry names, durable or not, and that nobody has open.
func (d *disk) collect() {
	named := map[*inode]bool{d.root: true}
	for open := []*inode{d.root}; len(open) > 0; {
		parent := open[len(open)-1]
		open = open[:len(open)-1]
		for _, entries := range []map[string]*inode{parent.entries, parent.durable} {
			for _, child := range entries {
				if !named[child] {
					named[child] = true
					open = append(open, child)
				}
			}
		}
	}
	for id, each := range d.inodes {
		if named[each] || each.opened > 0 {
			continue
		}
		delete(d.inodes, id)
		if each.content != nil {
			each.content.Close()
			os.Remove(d.path(each))
		}
	}
}

func (d *disk) opened(i *inode, by int) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	i.opened += by
	if i.opened == 0 {
		d.collect()
	}
}
