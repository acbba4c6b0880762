package main

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"strings"
)

// insideVariable is set by a run that has put itself into a network namespace of its own.
const insideVariable = "E2E_INSIDE_NAMESPACES"

// checkAddress refuses every address but a literal loopback one, or one of a network that the run has
// made itself and that has no way out: a generator of load that is pointed elsewhere by mistake is an
// attack.
func checkAddress(address string) error {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("endpoints are literal addresses such as 127.0.0.1:2379: %w", err)
	}
	if parsed.Addr().IsLoopback() || parsed.Addr().IsPrivate() && isEnclosed() {
		return nil
	}
	return fmt.Errorf("load is generated on loopback only; %s is another machine's address", address)
}

// isEnclosed tells whether this is a run in a network namespace from which nothing leads elsewhere.
func isEnclosed() bool {
	if os.Getenv(insideVariable) == "" {
		return false
	}
	routes, err := os.ReadFile("/proc/net/route")
	return err == nil && !hasGateway(string(routes))
}

// hasGateway reads the table of routes that Linux shows: Iface, Destination, Gateway, …
func hasGateway(routes string) bool {
	lines := bufio.NewScanner(strings.NewReader(routes))
	lines.Scan()
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) > 2 && fields[2] != "00000000" {
			return true
		}
	}
	return false
}
