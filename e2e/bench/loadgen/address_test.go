package main

import "testing"

func TestCheckLoopback(t *testing.T) {
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
		if err := checkLoopback(address); (err == nil) != allowed {
			t.Errorf("checkLoopback(%q) = %v; want allowed: %v", address, err, allowed)
		}
	}
}
