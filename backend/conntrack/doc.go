// Package conntrack speaks with the kernel's connection tracking: it lists, gets,
// creates, changes and deletes flows and expectations, and follows their events.
//
// It stands on github.com/ti-mo/conntrack and github.com/mdlayher/netlink. Where
// the former keeps a whole table in memory ([Conn.Dump] streams it), knows no zero
// values (a mark of 0), no zones of one direction and no protocols but those with
// ports, this package has a codec of its own over the latter.
//
// Lines are those of conntrack(8), to the last blank.
package conntrack
