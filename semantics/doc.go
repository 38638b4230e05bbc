// Package semantics says what a ruleset does to packets: which rules a packet
// meets, and what becomes of it.
package semantics
