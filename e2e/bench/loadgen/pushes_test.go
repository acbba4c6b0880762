package main

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
)

const (
	registerMethod = "/test.Meta/Register"
	changeMethod   = "/test.Meta/Change"
	updateMethod   = "/broker.BrokerService/UpdateCache"
)

// meta tells every change to all doubles that have registered, but those that it forgets.
type meta struct {
	address string
	mutex   sync.Mutex
	forgets string
	brokers []*grpc.ClientConn
}

func startMeta(t *testing.T) *meta {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	meta := &meta{address: listener.Addr().String()}
	server := grpc.NewServer(
		grpc.ForceServerCodecV2(rawCodec{}),
		grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error { return meta.answer(stream) }),
	)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return meta
}

func (m *meta) answer(stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	switch method, _ := grpc.MethodFromServerStream(stream); method {
	case registerMethod:
		if string(request) == m.forgets {
			break
		}
		broker, err := dial(string(request))
		if err != nil {
			return err
		}
		m.brokers = append(m.brokers, broker)
	case changeMethod:
		// Twice: brokers are told at least once.
		update := appendBytes(appendBytes(nil, 1, request), 1, request)
		for _, broker := range m.brokers {
			if answer := invoke(stream.Context(), broker, updateMethod, update); answer.failure != "" {
				return io.ErrUnexpectedEOF
			}
		}
	}
	return stream.SendMsg([]byte{})
}

func doublesOf(t *testing.T, count int) doubles {
	doubles := doubles{RegisterMethod: registerMethod, HeartbeatMethod: "/test.Meta/Heartbeat"}
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := listener.Addr().String()
		_ = listener.Close()
		doubles.Brokers = append(doubles.Brokers, double{Address: address, Register: []byte(address)})
	}
	return doubles
}

func changesAt(meta *meta, rates ...int) changes {
	return changes{
		template:  template{Method: changeMethod, Request: []byte("of bench/00000 it is"), Digits: 5, Marks: [][]int{{9}}},
		endpoints: []string{meta.address}, marker: "bench/", rates: rates, connections: 2,
		warmUp: 50 * time.Millisecond, duration: 200 * time.Millisecond, drain: 50 * time.Millisecond,
	}
}

func TestPushesArriveOnceAtEachDouble(t *testing.T) {
	rungs, err := push(t.Context(), doublesOf(t, 3), changesAt(startMeta(t), 50, 100), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for at, changes := range []int{10, 20} {
		rung := rungs[at]
		if rung.Changes != changes || rung.Arrivals.Ops != int64(3*changes) || rung.Missing != 0 {
			t.Errorf("%d changes, %d arrivals, %d missing", rung.Changes, rung.Arrivals.Ops, rung.Missing)
		}
		if rung.Arrivals.Max > rung.Replies.Max {
			t.Errorf("arrivals take up to %d µs, replies behind them %d", rung.Arrivals.Max, rung.Replies.Max)
		}
	}
}

func TestPushesThatDoNotArriveAreMissing(t *testing.T) {
	meta, doubles := startMeta(t), doublesOf(t, 3)
	meta.forgets = doubles.Brokers[1].Address
	rungs, err := push(t.Context(), doubles, changesAt(meta, 50), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if got := rungs[0]; got.Missing != int64(got.Changes) {
		t.Errorf("%d of %d changes are missing; one of three doubles was forgotten", got.Missing, got.Changes)
	}
}

func TestDoublesCountWhatTheyAreTold(t *testing.T) {
	meta := startMeta(t)
	ctx, cancel := context.WithCancel(t.Context())
	phases, says := io.Pipe()
	go func() {
		said := make([]byte, len("measuring\n"))
		_, _ = io.ReadFull(phases, said)
		connection, _ := connect(meta.address)
		_, _ = connection.invoke(ctx, changeMethod, []byte("told"))
		cancel()
	}()
	told, err := stand(ctx, doublesOf(t, 2), []string{meta.address}, says)
	if err != nil || told.Records != 4 {
		t.Errorf("%d records, %v; want 2 for each of 2 doubles", told.Records, err)
	}
}
