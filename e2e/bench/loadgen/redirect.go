package main

import "strings"

const (
	redirectText = "forward request to"
	addressText  = "rpc_addr: "
)

// leaderIn reads the address of the leader out of an error text of RobustMQ, as its own clients do:
// what stands between "rpc_addr: " and the next "}", without backslashes, quotes and blanks.
func leaderIn(text string) (address string, ok bool) {
	if !strings.Contains(text, redirectText) {
		return "", false
	}
	_, rest, ok := strings.Cut(text, addressText)
	if !ok {
		return "", false
	}
	quoted, _, ok := strings.Cut(rest, "}")
	if !ok {
		return "", false
	}
	address = strings.NewReplacer(`\`, "", `"`, "", " ", "").Replace(quoted)
	return address, address != ""
}
