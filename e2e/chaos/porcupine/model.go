package main

import "github.com/anishathalye/porcupine"

// model is one key: a string, empty when there is none.
var model = porcupine.Model{
	Partition: byKey,
	Init:      func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		next, answer := apply(state.(string), input.(operation))
		known := output.(bool)
		return !known || answer == input.(operation).Result, next
	},
}

// apply returns the value after an operation, and what it is answered.
func apply(value string, op operation) (string, any) {
	switch op.Kind {
	case "put":
		return op.Value, nil
	case "append":
		return value + op.Value, value + op.Value
	case "compareAndSwap":
		if value == op.From {
			return op.Value, true
		}
		return value, false
	case "get":
		return value, value
	}
	panic("no such operation: " + op.Kind)
}

func byKey(history []porcupine.Operation) [][]porcupine.Operation {
	places := map[string]int{}
	parts := [][]porcupine.Operation{}
	for _, each := range history {
		key := each.Input.(operation).Key
		at, ok := places[key]
		if !ok {
			at = len(parts)
			places[key] = at
			parts = append(parts, nil)
		}
		parts[at] = append(parts[at], each)
	}
	return parts
}
