package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// keyOf is the key with a number, of a fixed length in ASCII digits.
func keyOf(number, length int) []byte {
	return fmt.Appendf(nil, "%0*d", length, number)
}

// checkKeyspace refuses keys that would not have the length asked for.
func checkKeyspace(keys, length int) error {
	if keys < 1 || len(strconv.Itoa(keys-1)) > length {
		return fmt.Errorf("%d keys of %d digits are impossible", keys, length)
	}
	return nil
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// valueOf is a value that no compression makes smaller than three quarters.
func valueOf(random *rand.Rand, length int) []byte {
	value := make([]byte, length)
	for at := range value {
		value[at] = letters[random.IntN(len(letters))]
	}
	return value
}

// randomOf gives each client a sequence of its own, the same in every run.
func randomOf(client int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(client), 0x726d71))
}
