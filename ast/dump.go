package ast

// Dump returns a node as compact text, without its places. Two nodes mean the
// same in the same words if their dumps are equal.
func Dump(n Node) string { return string(Append(nil, n)) }

// Append appends the dump of n to b.
func Append(b []byte, n Node) []byte { return b }
