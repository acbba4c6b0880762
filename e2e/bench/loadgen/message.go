package main

import (
	"iter"

	"google.golang.org/protobuf/encoding/protowire"
)

// appendBytes appends a field of type bytes or string.
func appendBytes(message []byte, field protowire.Number, value []byte) []byte {
	message = protowire.AppendTag(message, field, protowire.BytesType)
	return protowire.AppendBytes(message, value)
}

// appendVarint appends a field of an integer type or bool.
func appendVarint(message []byte, field protowire.Number, value uint64) []byte {
	message = protowire.AppendTag(message, field, protowire.VarintType)
	return protowire.AppendVarint(message, value)
}

// hasField says whether a message holds a field. A message that cannot be read holds none.
func hasField(message []byte, field protowire.Number) bool {
	for len(message) > 0 {
		number, _, length := protowire.ConsumeField(message)
		if length < 0 {
			return false
		}
		if number == field {
			return true
		}
		message = message[length:]
	}
	return false
}

// recordsIn are the records of an UpdateCache of RobustMQ, each as it lies in the message, up to the first
// that cannot be read.
func recordsIn(request []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(request) > 0 {
			number, kind, length := protowire.ConsumeTag(request)
			if length < 0 || number != 1 || kind != protowire.BytesType {
				return
			}
			record, size := protowire.ConsumeBytes(request[length:])
			if size < 0 || !yield(record) {
				return
			}
			request = request[length+size:]
		}
	}
}
