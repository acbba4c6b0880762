// porcupine reads a history, one operation a line as JSON, and says whether it is linearizable, as
// the checker of that name judges it. The second opinion: the simulator has a checker of its own.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

const timeout = time.Minute

// operation is a line of the history.
type operation struct {
	Client  int    `json:"client"`
	Kind    string `json:"kind"`
	Key     string `json:"key"`
	Value   string `json:"value"`
	From    string `json:"from"`
	Invoked int64  `json:"invoked"`
	// Absent: nobody knows what became of it, so it may take effect at any later time, or never.
	Returned *int64 `json:"returned"`
	// What it was answered; a string or a boolean.
	Result any `json:"result"`
}

func main() {
	history, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "porcupine:", err)
		os.Exit(1)
	}
	fmt.Println(verdict(porcupine.CheckOperationsTimeout(model, history, timeout)))
}

func verdict(result porcupine.CheckResult) string {
	switch result {
	case porcupine.Ok:
		return "linearizable"
	case porcupine.Illegal:
		return "violated"
	default:
		return "undecided"
	}
}

func read(from io.Reader) ([]porcupine.Operation, error) {
	history := []porcupine.Operation{}
	decoder := json.NewDecoder(bufio.NewReader(from))
	for {
		var next operation
		if err := decoder.Decode(&next); err == io.EOF {
			return history, nil
		} else if err != nil {
			return nil, err
		}
		returned := int64(math.MaxInt64)
		if next.Returned != nil {
			returned = *next.Returned
		}
		history = append(history, porcupine.Operation{
			ClientId: next.Client,
			Input:    next,
			Call:     next.Invoked,
			Output:   next.Returned != nil,
			Return:   returned,
		})
	}
}
