package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// cluster is two members that send everybody to the one that leads.
type cluster struct {
	addresses []string
	leader    atomic.Int32
	// What the leader was asked.
	mutex sync.Mutex
	asked []string
}

func startCluster(t *testing.T) *cluster {
	cluster := &cluster{}
	for member := range 2 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		cluster.addresses = append(cluster.addresses, listener.Addr().String())
		server := grpc.NewServer(
			grpc.ForceServerCodecV2(rawCodec{}),
			grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
				return cluster.answer(int32(member), stream)
			}),
		)
		go func() { _ = server.Serve(listener) }()
		t.Cleanup(server.Stop)
	}
	return cluster
}

func (c *cluster) answer(member int32, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	leader := c.leader.Load()
	if member != leader {
		return status.Error(codes.Internal, fmt.Sprintf(
			`has to forward request to: Some(%d), Some(Node { node_id: %d, rpc_addr: %q })`,
			leader, leader, c.addresses[leader]))
	}
	c.mutex.Lock()
	c.asked = append(c.asked, string(request))
	c.mutex.Unlock()
	return stream.SendMsg([]byte{})
}

func (c *cluster) load(clients int) load {
	return load{
		call: robustmq("")[put], endpoints: c.addresses,
		clients: clients, connections: 2, keys: 100, keyBytes: 16, valueBytes: 256,
	}
}

func TestRunFollowsTheLeader(t *testing.T) {
	cluster := startCluster(t)
	cluster.leader.Store(1)
	got, err := run(t.Context(), cluster.load(4), 100*time.Millisecond, 200*time.Millisecond, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if got.Ops == 0 || len(got.Errors) > 0 {
		t.Errorf("%d operations, errors %v; redirects belong to the warm-up", got.Ops, got.Errors)
	}
}

func TestFillWritesEveryKeyOnce(t *testing.T) {
	cluster := startCluster(t)
	cluster.leader.Store(1)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	got, err := fill(ctx, cluster.load(4), io.Discard)
	if err != nil || got.Ops != 100 {
		t.Errorf("%d keys, %v; want 100", got.Ops, err)
	}
}

func TestFillWritesEveryKeyOfATemplateOnce(t *testing.T) {
	cluster := startCluster(t)
	load := cluster.load(4)
	load.keys = 6
	load.template = &template{Request: []byte("#,#,#"), Digits: 1, Marks: [][]int{{0}, {2}, {4}}}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if _, err := fill(ctx, load, io.Discard); err != nil {
		t.Fatal(err)
	}
	slices.Sort(cluster.asked)
	if want := []string{"0,1,2", "3,4,5"}; !slices.Equal(cluster.asked, want) {
		t.Errorf("got %q; want %q", cluster.asked, want)
	}
}

func TestFailoverFollowsTheLeader(t *testing.T) {
	cluster := startCluster(t)
	time.AfterFunc(100*time.Millisecond, func() { cluster.leader.Store(1) })
	got, err := failover(t.Context(), cluster.load(2), 300*time.Millisecond, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if got.Writes == 0 || got.BackgroundWrites == 0 || got.Errors["redirect"] == 0 {
		t.Errorf("%d writes, %d beside, errors %v", got.Writes, got.BackgroundWrites, got.Errors)
	}
	for _, gap := range got.Gaps {
		if gap.GapMs > 150 {
			t.Errorf("a gap of %v ms without one", gap.GapMs)
		}
	}
}

func TestNobodyElseIsReached(t *testing.T) {
	load := load{endpoints: []string{"192.0.2.1:1228"}, clients: 1, connections: 1}
	if _, err := run(t.Context(), load, 0, time.Second, io.Discard); err == nil {
		t.Error("an address of another machine was taken")
	}
}
