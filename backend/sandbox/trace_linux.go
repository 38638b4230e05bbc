package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// tracing turns on the trace of packets where they come to their first hook, before
// all chains.
const tracing = `table inet ctlint_trace {
chain prerouting { type filter hook prerouting priority -2147483648; meta nftrace set 1; }
chain output { type filter hook output priority -2147483648; meta nftrace set 1; }
}
`

// trace sends a packet once more, and returns its way as the kernel tells it: of
// nft's rules its trace, of those of iptables the ones whose counters it moves.
func (s *server) trace(p *Probe) ([]string, error) {
	var out []string
	before := map[Tool][]string{}
	for _, t := range s.loaded {
		if t != NFT && t != IPSet {
			text, err := s.run(loaders[t].save, "")
			if err != nil {
				return nil, err
			}
			before[t] = strings.Split(text, "\n")
		}
	}
	var r Result
	if slices.Contains(s.loaded, NFT) {
		lines, err := s.monitor(func() error { return s.injector.one(p, &r) })
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
	} else if err := s.injector.one(p, &r); err != nil {
		return nil, err
	}
	for _, t := range s.loaded {
		if before[t] == nil {
			continue
		}
		text, err := s.run(loaders[t].save, "")
		if err != nil {
			return nil, err
		}
		out = append(out, moved(before[t], strings.Split(text, "\n"))...)
	}
	return out, nil
}

// moved returns the rules whose counters are not what they were.
func moved(before, after []string) []string {
	if len(before) != len(after) {
		return nil // somebody else has changed the rules
	}
	var out []string
	table := ""
	for i, line := range after {
		if strings.HasPrefix(line, "*") {
			table = line[1:]
		}
		if line == before[i] || strings.HasPrefix(line, "#") {
			continue
		}
		counters, rule, ok := strings.Cut(line, "] ")
		if !ok || !strings.HasPrefix(counters, "[") {
			rule = line // a policy, its counters behind it
			if at := strings.LastIndexByte(line, '['); at > 0 {
				rule = strings.TrimSpace(line[:at])
			}
		}
		out = append(out, table+" "+rule)
	}
	return out
}

// quiet is how long a monitor says nothing before it is taken to have said all.
const quiet = 150 * time.Millisecond

// monitor runs nft monitor trace while f sends a packet.
func (s *server) monitor(f func() error) (lines []string, err error) {
	if _, err := s.run(loaders[NFT].load, tracing); err != nil {
		return nil, fmt.Errorf("tracing cannot be turned on: %w", err)
	}
	defer func() {
		if _, e := s.run([]string{"nft", "delete", "table", "inet", "ctlint_trace"}, ""); e != nil && err == nil {
			err = e
		}
	}()
	cmd := exec.Command("nft", "monitor", "trace")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	said := make(chan string)
	go func() {
		for sc := bufio.NewScanner(stdout); sc.Scan(); {
			said <- sc.Text()
		}
		close(said)
	}()
	defer func() {
		// It ends only so.
		_ = cmd.Process.Kill()
		for range said { //nolint:revive // what it still says is of no use
		}
		_ = cmd.Wait()
	}()
	if err := listening(); err != nil {
		return nil, err
	}
	if err := f(); err != nil {
		return nil, err
	}
	for {
		select {
		case line, ok := <-said:
			if !ok {
				return lines, nil
			}
			if strings.Contains(line, "ctlint_") {
				continue // our own
			}
			// trace id 1f2e ip filter input rule ...
			if words := strings.SplitN(line, " ", 4); len(words) == 4 && words[0] == "trace" {
				line = words[3]
			}
			lines = append(lines, line)
		case <-time.After(quiet):
			return lines, nil
		}
	}
}

// listening waits until somebody listens to traces of nf_tables: the kernel lists
// its sockets, with the groups that they are in.
func listening() error {
	const group = 1 << (unix.NFNLGRP_NFTRACE - 1)
	for range 200 {
		text, err := os.ReadFile("/proc/self/net/netlink")
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			// sk Eth Pid Groups ...
			w := strings.Fields(line)
			if len(w) < 4 || w[1] != strconv.Itoa(unix.NETLINK_NETFILTER) {
				continue
			}
			if groups, err := strconv.ParseUint(w[3], 16, 64); err == nil && groups&group != 0 {
				return nil
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("nft monitor does not listen")
}
