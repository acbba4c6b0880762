package main

import "testing"

func TestLeaderIn(t *testing.T) {
	for _, test := range []struct{ name, text, leader string }{
		{
			name:   "the text of RobustMQ",
			text:   `has to forward request to: Some(2), Some(Node { node_id: 2, rpc_addr: "10.0.0.2:1228" })`,
			leader: "10.0.0.2:1228",
		},
		{
			name:   "quoted once more on the way",
			text:   `Internal error, "… forward request to: Some(1), Some(Node { node_id: 1, rpc_addr: \"127.0.0.1:1228\" })"`,
			leader: "127.0.0.1:1228",
		},
		{name: "no leader", text: "has to forward request to: None, None"},
		{name: "no end", text: `has to forward request to: Some(2), rpc_addr: "10.0.0.2:1228"`},
		{name: "an empty address", text: `has to forward request to: Some(Node { rpc_addr: "" })`},
		{name: "another error", text: `rpc_addr: "10.0.0.2:1228" }`},
	} {
		t.Run(test.name, func(t *testing.T) {
			leader, ok := leaderIn(test.text)
			if leader != test.leader || ok != (test.leader != "") {
				t.Errorf("leaderIn(%q) = %q, %v; want %q", test.text, leader, ok, test.leader)
			}
		})
	}
}
