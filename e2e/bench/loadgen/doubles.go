package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
)

// How often a broker says that it lives.
const heartbeatInterval = 3 * time.Second

// What a broker is told that was given up, and is to register again.
const unknownText = "does not exist"

// doubles are brokers that do nothing but register, beat, and acknowledge at once what they are told.
type doubles struct {
	// Methods of the service that they register with.
	RegisterMethod  string   `json:"registerMethod"`
	HeartbeatMethod string   `json:"heartbeatMethod"`
	Brokers         []double `json:"brokers"`
}

// double is one of them; its requests were encoded by somebody else.
type double struct {
	// Address is where it listens, as it says when it registers.
	Address   string `json:"address"`
	Register  []byte `json:"register"`
	Heartbeat []byte `json:"heartbeat"`
}

func readDoubles(path string) (doubles, error) {
	var read doubles
	if err := readJSON(path, &read); err != nil {
		return doubles{}, err
	}
	for _, each := range read.Brokers {
		if err := checkAddress(each.Address); err != nil {
			return doubles{}, err
		}
	}
	return read, nil
}

// takes gets the requests of all calls to a double, named by its place among them.
type takes func(double int, request []byte)

// start lets all of them listen and register; they live until the context ends.
func (d doubles) start(ctx context.Context, endpoints []string, take takes) error {
	for at, each := range d.Brokers {
		if err := each.listen(ctx, func(request []byte) { take(at, request) }); err != nil {
			return err
		}
	}
	failures := make([]error, len(d.Brokers))
	var registering sync.WaitGroup
	for at, each := range d.Brokers {
		registering.Go(func() { failures[at] = d.join(ctx, each, endpoints[at%len(endpoints)]) })
	}
	registering.Wait()
	return errors.Join(failures...)
}

// listen answers every call with an empty message, which says that all is well.
func (d double) listen(ctx context.Context, take func(request []byte)) error {
	listener, err := net.Listen("tcp", d.Address)
	if err != nil {
		return err
	}
	server := grpc.NewServer(
		grpc.ForceServerCodecV2(rawCodec{}),
		grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
			var request []byte
			if err := stream.RecvMsg(&request); err != nil {
				return err
			}
			take(request)
			return stream.SendMsg([]byte{})
		}),
	)
	go func() { _ = server.Serve(listener) }()
	context.AfterFunc(ctx, server.Stop)
	return nil
}

// join registers a double, and lets it beat.
func (d doubles) join(ctx context.Context, each double, endpoint string) error {
	connection, err := connect(endpoint)
	if err != nil {
		return err
	}
	if err := d.register(ctx, each, connection); err != nil {
		return err
	}
	go func() {
		for ctx.Err() == nil {
			_, failure := connection.invoke(ctx, d.HeartbeatMethod, each.Heartbeat)
			switch {
			case failure == redirected:
				continue
			case strings.Contains(failure, unknownText):
				_ = d.register(ctx, each, connection)
			}
			wait(ctx, heartbeatInterval)
		}
	}()
	return nil
}

func (d doubles) register(ctx context.Context, each double, connection *connection) error {
	for {
		_, failure := connection.invoke(ctx, d.RegisterMethod, each.Register)
		if failure == "" {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s could not register: %s", each.Address, failure)
		}
		wait(ctx, retryPause)
	}
}

// doublesResult is what doubles say at their end.
type doublesResult struct {
	Records int64 `json:"records"`
}

// stand lets doubles live until the context ends, and counts what they are told. It says "measuring"
// when all are registered.
func stand(ctx context.Context, doubles doubles, endpoints []string, phases io.Writer) (doublesResult, error) {
	var mutex sync.Mutex
	var told doublesResult
	err := doubles.start(ctx, endpoints, func(_ int, request []byte) {
		count := int64(0)
		for range recordsIn(request) {
			count++
		}
		mutex.Lock()
		defer mutex.Unlock()
		told.Records += count
	})
	if err != nil {
		return doublesResult{}, err
	}
	fmt.Fprintln(phases, "measuring")
	<-ctx.Done()
	mutex.Lock()
	defer mutex.Unlock()
	return told, nil
}
