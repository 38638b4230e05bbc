package ast

import "bytes"

// Equal reports whether two nodes are the same but for where they were read
// from: whether all their fields are equal except the spans. An empty slice
// equals a nil one.
func Equal(a, b Node) bool {
	var x, y [256]byte
	return bytes.Equal(dumpFull.node(x[:0], a), dumpFull.node(y[:0], b))
}
