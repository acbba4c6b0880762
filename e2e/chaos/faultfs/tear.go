package main

import "math/rand/v2"

// What a disk writes as one; what of that was not written reads as zeros.
const sector = 512

// tears decides what is left of data that was added to the end of files and not synced.
type tears struct{ seed uint64 }

// of returns what is left of the tail of a file, which began at `offset`: a part of it, cut off
// anywhere, and of that all, or zeros from somewhere on (the file got its length before its content),
// or some sectors only (a disk writes them in any order).
func (t tears) of(i *inode, tail []byte, offset int64) []byte {
	random := rand.New(rand.NewPCG(t.seed, i.id))
	left := tail[:random.IntN(len(tail)+1)]
	switch random.IntN(3) {
	case 0:
		clear(left[random.IntN(len(left)+1):])
	case 1:
		for at := 0; at < len(left); {
			end := min(len(left), at+sector-int((offset+int64(at))%sector))
			if random.IntN(2) == 0 {
				clear(left[at:end])
			}
			at = end
		}
	}
	return left
}
