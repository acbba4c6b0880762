package main

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

// A call that has no answer by then counts as failed.
const callLimit = 5 * time.Second

// The failure of a call that somebody else is to be asked.
const redirected = "redirect"

// How soon a client tries again after a failure.
const retryPause = 5 * time.Millisecond

func dial(address string) (*grpc.ClientConn, error) {
	if err := checkAddress(address); err != nil {
		return nil, err
	}
	return grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(rawCodec{})),
		// A member that was just restarted is found again at once.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 10 * time.Millisecond, Multiplier: 1.5, MaxDelay: 100 * time.Millisecond},
			MinConnectTimeout: time.Second,
		}),
	)
}

// connection is one HTTP/2 connection that many clients share. It follows redirects: once a leader
// is named, all calls go there.
type connection struct {
	mutex   sync.RWMutex
	address string
	grpc    *grpc.ClientConn
}

func connect(address string) (*connection, error) {
	opened, err := dial(address)
	if err != nil {
		return nil, err
	}
	return &connection{address: address, grpc: opened}, nil
}

// connectEach opens count connections, spread over the endpoints.
func connectEach(endpoints []string, count int) ([]*connection, error) {
	connections := make([]*connection, 0, count)
	for at := range count {
		opened, err := connect(endpoints[at%len(endpoints)])
		if err != nil {
			return nil, err
		}
		connections = append(connections, opened)
	}
	return connections, nil
}

func (c *connection) current() (*grpc.ClientConn, string) {
	c.mutex.RLock()
	defer c.mutex.RUnlock()
	return c.grpc, c.address
}

// follow connects to the leader that was named, unless another client already did.
func (c *connection) follow(from, leader string) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.address != from || leader == from {
		return nil
	}
	opened, err := dial(leader)
	if err != nil {
		return err
	}
	former := c.grpc
	c.grpc, c.address = opened, leader
	// Calls of other clients are still under way on it.
	time.AfterFunc(callLimit, func() { _ = former.Close() })
	return nil
}

// invoke makes one call and follows a redirect for the calls after it. The result is the reply, or the
// kind of the failure.
func (c *connection) invoke(ctx context.Context, method string, request []byte) (reply []byte, failure string) {
	opened, address := c.current()
	answer := invoke(ctx, opened, method, request)
	if answer.leader == "" {
		return answer.reply, answer.failure
	}
	if err := c.follow(address, answer.leader); err != nil {
		return nil, "bad redirect"
	}
	return nil, answer.failure
}

// answer is what came of one call.
type answer struct {
	reply []byte
	// The kind of the failure; empty if there was none.
	failure string
	// Whom the failure names as the leader.
	leader string
}

func invoke(ctx context.Context, opened *grpc.ClientConn, method string, request []byte) answer {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	var reply []byte
	err := opened.Invoke(ctx, method, request, &reply)
	if err == nil {
		return answer{reply: reply}
	}
	if leader, ok := leaderIn(err.Error()); ok {
		return answer{failure: redirected, leader: leader}
	}
	return answer{failure: kindOf(err)}
}

// kindOf names a failure: by its code, and by its text where the code says nothing.
func kindOf(err error) string {
	switch code := status.Code(err); code {
	case codes.Internal, codes.Unknown:
		return code.String() + ": " + status.Convert(err).Message()
	default:
		return code.String()
	}
}
