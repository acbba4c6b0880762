package main

import (
	"bufio"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// listen opens the socket of commands.
func listen(path string) (net.Listener, error) {
	return net.Listen("unix", path)
}

// serve takes one command a line, and answers each with one line: "ok" and perhaps a number, or
// "error: " and why.
func serve(listener net.Listener, disk *disk) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			for lines := bufio.NewScanner(connection); lines.Scan(); {
				if answer, err := obey(disk, strings.Fields(lines.Text())); err != nil {
					fmt.Fprintln(connection, "error:", err)
				} else {
					fmt.Fprintln(connection, strings.TrimSpace("ok "+answer))
				}
			}
		}()
	}
}

// obey carries out a command:
//
//	lose-power       everything that was not synced is gone; no process may have files open
//	lose-power SEED  likewise, but files keep a part of what was added to their end, which is cut off
//	                 anywhere and may have holes of zeros; the answer tells how many do
//	fail-writes      writes fail with EIO …
//	fail-syncs       … and syncs do, and what they were for never becomes durable
//	fill             nothing can be added: ENOSPC
//	slow-syncs MS    a sync takes so much longer
//	hang-syncs       a sync does not come back …
//	heal             … until this, which ends all of these
func obey(disk *disk, command []string) (string, error) {
	if len(command) == 0 {
		return "", fmt.Errorf("no command")
	}
	switch faults := disk.faults; command[0] {
	case "lose-power":
		torn, err := tearsOf(command[1:])
		if err != nil {
			return "", err
		}
		count, err := disk.losePower(torn)
		return strconv.Itoa(count), err
	case "fail-writes":
		faults.set(func(now *trouble) { now.failWrites = true })
	case "fail-syncs":
		faults.set(func(now *trouble) { now.failSyncs = true })
	case "fill":
		faults.set(func(now *trouble) { now.full = true })
	case "slow-syncs":
		if len(command) != 2 {
			return "", fmt.Errorf("slow-syncs needs a number of milliseconds")
		}
		ms, err := strconv.Atoi(command[1])
		if err != nil {
			return "", err
		}
		faults.set(func(now *trouble) { now.syncDelay = time.Duration(ms) * time.Millisecond })
	case "hang-syncs":
		faults.set(func(now *trouble) { now.hang = make(chan struct{}) })
	case "heal":
		faults.clear()
	default:
		return "", fmt.Errorf("no such command: %s", command[0])
	}
	return "", nil
}

// tearsOf reads the seed that may stand behind a command; nil: there is none.
func tearsOf(arguments []string) (*tears, error) {
	if len(arguments) == 0 {
		return nil, nil
	}
	seed, err := strconv.ParseUint(arguments[0], 10, 64)
	return &tears{seed}, err
}
