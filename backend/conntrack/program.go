//go:build linux

package conntrack

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Programs finds the names of programs by the netlink addresses of their sockets.
// It remembers them: most events are caused by few programs, and one that has ended
// is not found any more.
type Programs map[uint32]string

// Name returns the name of the program that has the socket; empty if none has, or
// if it may not be known.
func (p Programs) Name(portID uint32) string {
	name, known := p[portID]
	if !known {
		name = findProgram(portID)
		p[portID] = name
	}
	return name
}

// findProgram looks the socket's inode up in /proc/net/netlink, and then for a
// process that has it open. Most programs have the number of their process for
// their first socket.
func findProgram(portID uint32) string {
	table, err := os.ReadFile("/proc/thread-self/net/netlink")
	if err != nil {
		return ""
	}
	inode := ""
	for line := range strings.Lines(string(table)) {
		// sk, protocol, port ID, groups, and six more, of which the last is
		// the inode.
		w := strings.Fields(line)
		if len(w) >= 10 && w[1] == strconv.Itoa(unix.NETLINK_NETFILTER) && w[2] == strconv.FormatUint(uint64(portID), 10) {
			inode = w[9]
		}
	}
	if inode == "" {
		return ""
	}
	want := fmt.Sprintf("socket:[%s]", inode)
	first := filepath.Join("/proc", strconv.FormatUint(uint64(portID), 10))
	all, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return ""
	}
	for _, process := range append([]string{first}, all...) {
		files, err := os.ReadDir(filepath.Join(process, "fd"))
		if err != nil {
			continue // it has ended, or is somebody else's
		}
		for _, f := range files {
			if to, err := os.Readlink(filepath.Join(process, "fd", f.Name())); err == nil && to == want {
				name, err := os.ReadFile(filepath.Join(process, "comm"))
				if err != nil {
					return ""
				}
				return strings.TrimSpace(string(name))
			}
		}
	}
	return ""
}
