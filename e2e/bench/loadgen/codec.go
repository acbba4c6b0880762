package main

import (
	"fmt"

	"google.golang.org/grpc/mem"
)

// rawCodec sends and receives messages as they lie in memory. Both targets get requests that were
// encoded beforehand, so that no side pays for a client library of its own.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(message any) (mem.BufferSlice, error) {
	bytes, ok := message.([]byte)
	if !ok {
		return nil, fmt.Errorf("the raw codec sends []byte, not %T", message)
	}
	return mem.BufferSlice{mem.SliceBuffer(bytes)}, nil
}

func (rawCodec) Unmarshal(data mem.BufferSlice, message any) error {
	bytes, ok := message.(*[]byte)
	if !ok {
		return fmt.Errorf("the raw codec receives *[]byte, not %T", message)
	}
	*bytes = data.Materialize()
	return nil
}
