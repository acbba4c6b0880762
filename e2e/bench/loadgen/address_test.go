package main

import "testing"

func TestCheckAddress(t *testing.T) {
	for address, allowed := range map[string]bool{
		"127.0.0.1:2379":   true,
		"127.8.9.1:1":      true,
		"[::1]:2379":       true,
		"10.0.0.1:2379":    false,
		"0.0.0.0:2379":     false,
		"localhost:2379":   false,
		"example.com:2379": false,
		"127.0.0.1":        false,
		"":                 false,
	} {
		if err := checkAddress(address); (err == nil) != allowed {
			t.Errorf("checkAddress(%q) = %v; want allowed: %v", address, err, allowed)
		}
	}
}

func TestHasGateway(t *testing.T) {
	const head = "Iface\tDestination\tGateway\tFlags\n"
	const connected = "members0\t0000590A\t00000000\t0001\n"
	for routes, expected := range map[string]bool{
		"":               false,
		head:             false,
		head + connected: false,
		head + connected + "eth0\t00000000\t0102A8C0\t0003\n": true,
	} {
		if hasGateway(routes) != expected {
			t.Errorf("hasGateway(%q) = %v", routes, !expected)
		}
	}
}
