// faultfs mounts a file system whose disk can lose power, fail, fill up, slow down and hang, on
// command. What members write to it lies in files of a backing directory, so that the real disk's
// times are in it; names, and what is durable of them, are in this process, which outlives members.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

func main() {
	mount := flag.String("mount", "", "an empty directory: where the file system is to be seen")
	backing := flag.String("backing", "", "a directory for the contents of its files")
	control := flag.String("control", "", "path of the socket that takes commands")
	flag.Parse()
	if err := run(*mount, *backing, *control); err != nil {
		fmt.Fprintln(os.Stderr, "faultfs:", err)
		os.Exit(1)
	}
}

func run(mount, backing, control string) error {
	disk := newDisk(backing)
	listener, err := listen(control)
	if err != nil {
		return err
	}
	defer listener.Close()
	// Nothing is cached by the kernel beyond one call: after a power loss everything may be another.
	never := time.Duration(0)
	server, err := fs.Mount(mount, &node{disk: disk, inode: disk.root}, &fs.Options{
		EntryTimeout: &never,
		AttrTimeout:  &never,
		MountOptions: fuse.MountOptions{
			FsName:            "faultfs",
			Name:              "faultfs",
			DirectMountStrict: true,
			MaxBackground:     64,
		},
	})
	if err != nil {
		return fmt.Errorf("cannot mount on %s (needs root and /dev/fuse): %w", mount, err)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		disk.faults.clear()
		// Lazily: whoever still has files open there shall not keep this process.
		_ = syscall.Unmount(mount, syscall.MNT_DETACH)
	}()
	go serve(listener, disk)
	fmt.Println("mounted")
	server.Wait()
	return nil
}
