//go:build !race

package iptables

// raced says that the race detector is at work.
const raced = false
