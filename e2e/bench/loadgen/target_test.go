package main

import (
	"bytes"
	"testing"
)

func TestRequests(t *testing.T) {
	for _, test := range []struct {
		name   string
		target target
		op     operation
		want   string
	}{
		{"etcd put", etcd, put, "\n\x01k\x12\x01v"},
		{"etcd get", etcd, get, "\n\x01k"},
		{"etcd get-stale", etcd, getStale, "\n\x01k8\x01"},
		{"robustmq put", robustmq(""), put, "\n\x01k\x12\x01v"},
		{"robustmq get", robustmq(""), get, "\n\x01k"},
		{"robustmq get-stale", robustmq("/kv/"), getStale, "\n\x05/kv/k\x18\x01(\x01"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.target[test.op].encode([]byte("k"), []byte("v")); string(got) != test.want {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
}

func TestHasField(t *testing.T) {
	for _, test := range []struct {
		name    string
		message string
		want    bool
	}{
		{"alone", "\x12\x01v", true},
		{"behind others", "\n\x01k\x18\x01\x12\x00", true},
		{"absent", "\n\x01k\x18\x01", false},
		{"empty", "", false},
		{"cut short", "\n\x09k", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := hasField([]byte(test.message), 2); got != test.want {
				t.Errorf("got %v; want %v", got, test.want)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	if got := keyOf(42, 16); !bytes.Equal(got, []byte("0000000000000042")) {
		t.Errorf("got %q", got)
	}
	for keys, fits := range map[int]bool{0: false, 1: true, 1000: true, 1001: false} {
		if err := checkKeyspace(keys, 3); (err == nil) != fits {
			t.Errorf("%d keys of 3 digits: %v", keys, err)
		}
	}
}
