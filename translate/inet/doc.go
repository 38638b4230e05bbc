// Package inet makes one table of the family inet of a table for IPv4 and one for IPv6:
// rules that are the same in both stand once, the others are guarded by the family
// that they are for.
//
// Each family keeps its rules in their order, so that the table does with a packet what
// the one of its family did. Tables with NAT stay as they are, and so does what cannot be
// said of both families in one table.
package inet
