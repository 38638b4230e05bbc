//go:build linux

package apply

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/backend/conntrack"
)

// Session is an SSH session, by its connection.
type Session struct {
	Client, Server netip.AddrPort
}

// sessionEnv is the variable in which sshd tells the session's connection: CLIENT PORT
// SERVER PORT (ssh(1), ENVIRONMENT).
const sessionEnv = "SSH_CONNECTION"

// ParseSession reads the value of SSH_CONNECTION.
func ParseSession(text string) (Session, error) {
	words := strings.Fields(text)
	if len(words) != 4 {
		return Session{}, fmt.Errorf("%s is %q; expected CLIENT PORT SERVER PORT", sessionEnv, text)
	}
	end := func(addr, port string) (netip.AddrPort, error) {
		a, err := netip.ParseAddr(addr)
		if err != nil {
			return netip.AddrPort{}, err
		}
		p, err := strconv.ParseUint(port, 10, 16)
		return netip.AddrPortFrom(a.Unmap().WithZone(""), uint16(p)), err
	}
	client, err := end(words[0], words[1])
	server, err2 := end(words[2], words[3])
	if err := errors.Join(err, err2); err != nil {
		return Session{}, fmt.Errorf("%s is %q: %w", sessionEnv, text, err)
	}
	return Session{client, server}, nil
}

// String returns the session in words.
func (s Session) String() string { return s.Client.String() + " > " + s.Server.String() }

// MarshalText returns the session as SSH_CONNECTION has it.
func (s Session) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s %d %s %d", s.Client.Addr(), s.Client.Port(), s.Server.Addr(), s.Server.Port()), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Session) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSession(string(text))
	return err
}

// FindSession returns the SSH session that this process is in; nil if it is in none.
// sudo takes the variable out of the environment, so it is looked for in those of the
// processes above, too.
func FindSession() (*Session, error) {
	if text, ok := os.LookupEnv(sessionEnv); ok {
		if text == "" {
			return nil, nil //nolint:nilnil // somebody says that there is none
		}
		s, err := ParseSession(text)
		return &s, err
	}
	for pid := os.Getppid(); pid > 1; {
		// What cannot be read belongs to somebody else.
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err == nil {
			for v := range bytes.SplitSeq(env, []byte{0}) {
				if text, ok := strings.CutPrefix(string(v), sessionEnv+"="); ok && text != "" {
					s, err := ParseSession(text)
					return &s, err
				}
			}
		}
		if pid, err = parent(pid); err != nil {
			return nil, nil //nolint:nilerr,nilnil // it has gone: nothing is above it
		}
	}
	return nil, nil //nolint:nilnil // there is none
}

// parent returns the process above another: the fourth word of proc(5), stat, the second
// of which is in parentheses.
func parent(pid int) (int, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	words := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(words) < 2 {
		return 0, errors.New("stat is cut short")
	}
	return strconv.Atoi(words[1])
}

// flow returns the session's connection as conntrack knows it: how it is translated,
// and its mark. Where conntrack does not know it, tracked is false, and the flow is
// that of an established connection.
func (s Session) flow() (f *conntrack.Flow, tracked bool) {
	if conn, err := conntrack.Dial(); err == nil {
		defer func() { _ = conn.Close() }()
		err := conn.Dump(conntrack.DumpOptions{}, func(x *conntrack.Flow) error {
			// The server sees the address that it answers from.
			if f == nil && x.Orig.Proto == conntrack.TCP && x.Reply.Src == s.Server.Addr() && x.Reply.SrcPort == s.Server.Port() &&
				x.Reply.Dst == s.Client.Addr() && x.Reply.DstPort == s.Client.Port() {
				c := *x
				f = &c
			}
			return nil
		})
		if err == nil && f != nil {
			return f, true
		}
	}
	f = &conntrack.Flow{}
	f.Orig.Src, f.Orig.Dst, f.Orig.Proto = s.Client.Addr(), s.Server.Addr(), conntrack.TCP
	f.Orig.SrcPort, f.Orig.DstPort = s.Client.Port(), s.Server.Port()
	f.Reply = f.Orig
	f.Reply.Src, f.Reply.Dst, f.Reply.SrcPort, f.Reply.DstPort = f.Orig.Dst, f.Orig.Src, f.Orig.DstPort, f.Orig.SrcPort
	f.Status = conntrack.StatusSeenReply | conntrack.StatusAssured | conntrack.StatusConfirmed
	return f, false
}

// here reports whether the session's server is this network namespace.
func (s Session) here() bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return true // nobody knows, so it is looked at
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(n.IP); ok && ip.Unmap() == s.Server.Addr() {
				return true
			}
		}
	}
	return false
}
