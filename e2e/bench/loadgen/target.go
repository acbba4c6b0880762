package main

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// operation is what a client does over and over again.
type operation string

const (
	put      operation = "put"
	get      operation = "get"
	getStale operation = "get-stale"
)

// call is an operation as one target understands it.
type call struct {
	method string
	// encode makes the request.
	encode func(key, value []byte) []byte
	// found is the field that a reply holds when the key was there; 0 for writes.
	found protowire.Number
}

// target is a service under test: its calls, by operation.
type target map[operation]call

func put12(key, value []byte) []byte {
	return appendBytes(appendBytes(make([]byte, 0, len(key)+len(value)+8), 1, key), 2, value)
}

// etcd is etcdserverpb.KV of etcd 3.
var etcd = target{
	put: {method: "/etcdserverpb.KV/Put", encode: put12},
	get: {
		method: "/etcdserverpb.KV/Range",
		encode: func(key, _ []byte) []byte { return appendBytes(nil, 1, key) },
		found:  2,
	},
	getStale: {
		method: "/etcdserverpb.KV/Range",
		encode: func(key, _ []byte) []byte { return appendVarint(appendBytes(nil, 1, key), 7, 1) },
		found:  2,
	},
}

// robustmq is MetaServiceService of RobustMQ, which has no stale reads: they go to the admin service,
// on the peer port, as a page of one row. A row's key is the client's behind rowPrefix.
func robustmq(rowPrefix string) target {
	return target{
		put: {method: "/meta.service.common.MetaServiceService/Set", encode: put12},
		get: {
			method: "/meta.service.common.MetaServiceService/Get",
			encode: func(key, _ []byte) []byte { return appendBytes(nil, 1, key) },
			found:  1,
		},
		getStale: {
			method: "/robustmq.admin.v1.AdminService/Range",
			encode: func(key, _ []byte) []byte {
				request := appendBytes(nil, 1, slices.Concat([]byte(rowPrefix), key))
				return appendVarint(appendVarint(request, 3, 1), 5, 1)
			},
			found: 1,
		},
	}
}

func targetNamed(name, rowPrefix string) (target, error) {
	switch name {
	case "etcd":
		return etcd, nil
	case "robustmq":
		return robustmq(rowPrefix), nil
	default:
		return nil, fmt.Errorf("--target must be etcd or robustmq; it is %q", name)
	}
}

func (t target) call(name string) (call, error) {
	found, ok := t[operation(name)]
	if !ok {
		return call{}, fmt.Errorf("--op must be put, get or get-stale; it is %q", name)
	}
	return found, nil
}
