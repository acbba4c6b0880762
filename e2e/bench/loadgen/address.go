package main

import (
	"fmt"
	"net/netip"
)

// checkLoopback refuses every address but a literal loopback one: a generator of load that is
// pointed elsewhere by mistake is an attack.
func checkLoopback(address string) error {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("endpoints are literal addresses such as 127.0.0.1:2379: %w", err)
	}
	if !parsed.Addr().IsLoopback() {
		return fmt.Errorf("load is generated on loopback only; %s is another machine's address", address)
	}
	return nil
}
