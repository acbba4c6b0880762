package main

import (
	"context"
	"errors"
	"io"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// node is an inode as the kernel asks for it.
type node struct {
	fs.Inode
	disk  *disk
	inode *inode
}

var _ = interface {
	fs.NodeLookuper
	fs.NodeCreater
	fs.NodeMkdirer
	fs.NodeLinker
	fs.NodeUnlinker
	fs.NodeRmdirer
	fs.NodeRenamer
	fs.NodeReaddirer
	fs.NodeOpener
	fs.NodeReader
	fs.NodeWriter
	fs.NodeFsyncer
	fs.NodeReleaser
	fs.NodeGetattrer
	fs.NodeSetattrer
	fs.NodeStatfser
}((*node)(nil))

func errnoOf(err error) syscall.Errno {
	var errno syscall.Errno
	if err == nil || errors.As(err, &errno) {
		return errno
	}
	return syscall.EIO
}

func (n *node) child(ctx context.Context, i *inode) *fs.Inode {
	made := &node{disk: n.disk, inode: i}
	return n.NewInode(ctx, made, fs.StableAttr{Mode: i.mode & syscall.S_IFMT, Ino: i.id})
}

func (n *node) describe(i *inode, out *fuse.Attr) syscall.Errno {
	out.Ino, out.Mode, out.Nlink = i.id, i.mode, 1
	if i.isDirectory() {
		return 0
	}
	info, err := i.content.Stat()
	if err != nil {
		return errnoOf(err)
	}
	modified := info.ModTime()
	out.Size = uint64(info.Size())
	out.Blocks = (out.Size + 511) / 512
	out.SetTimes(&modified, &modified, &modified)
	return 0
}

func (n *node) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	found := n.disk.lookup(n.inode, name)
	if found == nil {
		return nil, syscall.ENOENT
	}
	return n.child(ctx, found), n.describe(found, &out.Attr)
}

func (n *node) make(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, *inode, syscall.Errno) {
	if errno := n.disk.faults.beforeGrowth(); errno != 0 {
		return nil, nil, errno
	}
	made, err := n.disk.create(n.inode, name, mode)
	if err != nil {
		return nil, nil, errnoOf(err)
	}
	return n.child(ctx, made), made, n.describe(made, &out.Attr)
}

func (n *node) Create(ctx context.Context, name string, _ uint32, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	child, made, errno := n.make(ctx, name, syscall.S_IFREG|mode&0o777, out)
	if errno == 0 {
		n.disk.opened(made, 1)
	}
	return child, nil, 0, errno
}

func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	child, _, errno := n.make(ctx, name, syscall.S_IFDIR|mode&0o777, out)
	return child, errno
}

func (n *node) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	linked := target.(*node).inode
	if errno := n.disk.faults.beforeGrowth(); errno != 0 {
		return nil, errno
	}
	if err := n.disk.link(n.inode, name, linked); err != nil {
		return nil, errnoOf(err)
	}
	return n.child(ctx, linked), n.describe(linked, &out.Attr)
}

func (n *node) Unlink(_ context.Context, name string) syscall.Errno {
	return errnoOf(n.disk.remove(n.inode, name))
}

func (n *node) Rmdir(_ context.Context, name string) syscall.Errno {
	return errnoOf(n.disk.remove(n.inode, name))
}

func (n *node) Rename(_ context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	if flags != 0 {
		return syscall.EINVAL
	}
	return errnoOf(n.disk.rename(n.inode, name, to.(*node).inode, newName))
}

func (n *node) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	n.disk.mutex.Lock()
	defer n.disk.mutex.Unlock()
	list := []fuse.DirEntry{}
	for name, child := range n.inode.entries {
		list = append(list, fuse.DirEntry{Name: name, Mode: child.mode, Ino: child.id})
	}
	return fs.NewListDirStream(list), 0
}

func (n *node) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_TRUNC != 0 {
		if err := n.inode.truncate(0); err != nil {
			return nil, 0, errnoOf(err)
		}
	}
	n.disk.opened(n.inode, 1)
	return nil, 0, 0
}

func (n *node) Release(context.Context, fs.FileHandle) syscall.Errno {
	n.disk.opened(n.inode, -1)
	return 0
}

func (n *node) Read(_ context.Context, _ fs.FileHandle, into []byte, offset int64) (fuse.ReadResult, syscall.Errno) {
	count, err := n.inode.content.ReadAt(into, offset)
	if err != nil && err != io.EOF {
		return nil, errnoOf(err)
	}
	return fuse.ReadResultData(into[:count]), 0
}

func (n *node) Write(_ context.Context, _ fs.FileHandle, data []byte, offset int64) (uint32, syscall.Errno) {
	if errno := n.disk.faults.beforeGrowth(); errno != 0 {
		return 0, errno
	}
	count, err := n.inode.write(data, offset)
	return uint32(count), errnoOf(err)
}

func (n *node) Fsync(ctx context.Context, _ fs.FileHandle, _ uint32) syscall.Errno {
	return errnoOf(n.disk.sync(ctx, n.inode))
}

func (n *node) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	return n.describe(n.inode, &out.Attr)
}

func (n *node) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, ok := in.GetSize(); ok {
		if errno := n.disk.faults.beforeWrite(); errno != 0 {
			return errno
		}
		if err := n.inode.truncate(int64(size)); err != nil {
			return errnoOf(err)
		}
	}
	if mode, ok := in.GetMode(); ok {
		n.inode.mode = n.inode.mode&syscall.S_IFMT | mode&0o777
	}
	return n.describe(n.inode, &out.Attr)
}

func (n *node) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	var found syscall.Statfs_t
	if err := syscall.Statfs(n.disk.backing, &found); err != nil {
		return errnoOf(err)
	}
	out.FromStatfsT(&found)
	return 0
}
