package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// digitsMax is how many digits fit any number that is drawn.
const digitsMax = 18

// template is a request that somebody else has encoded, and where numbers are written into it.
type template struct {
	// Method is /package.Service/Rpc.
	Method  string `json:"method"`
	Request []byte `json:"request"`
	// Digits is how many of them each number takes.
	Digits int `json:"digits"`
	// Marks are numbers of their own; of each the places where it stands.
	Marks [][]int `json:"marks"`
}

func readTemplate(path string) (template, error) {
	var read template
	if err := readJSON(path, &read); err != nil {
		return template{}, err
	}
	return read, read.check()
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func (t template) check() error {
	if t.Digits < 1 || t.Digits > digitsMax {
		return fmt.Errorf("a template has numbers of 1 to %d digits, not of %d", digitsMax, t.Digits)
	}
	if len(t.Marks) == 0 {
		return fmt.Errorf("a template has at least one mark")
	}
	for _, place := range slices.Concat(t.Marks...) {
		if place < 0 || place+t.Digits > len(t.Request) {
			return fmt.Errorf("%d is no place of a request of %d bytes", place, len(t.Request))
		}
	}
	return nil
}

// fill is the request with the next number at all places of the first mark, the one after it at those
// of the second, and so on.
func (t template) fill(next func() int) []byte {
	request := slices.Clone(t.Request)
	for _, places := range t.Marks {
		text := keyOf(next(), t.Digits)
		for _, place := range places {
			copy(request[place:], text)
		}
	}
	return request
}
