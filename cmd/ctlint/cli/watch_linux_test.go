package cli_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/ctlint/ctlint/cmd/ctlint/cli"
	"github.com/ctlint/ctlint/internal/netnstest"
)

// eachLine calls f for each line that is written to it, with their number.
type eachLine struct {
	bytes.Buffer
	f func(n int)
	n int
}

func (e *eachLine) Write(b []byte) (int, error) {
	n, err := e.Buffer.Write(b)
	for range bytes.Count(b, []byte("\n")) {
		e.n++
		e.f(e.n)
	}
	return n, err
}

func TestWatch(t *testing.T) {
	for _, tt := range []struct {
		name string
		load func()
		warn string
	}{
		{"iptables", func() {
			for _, rule := range []string{"-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-p udp --dport 7000 -j ACCEPT"} {
				netnstest.Run(t, "iptables-legacy", append([]string{"-A", "INPUT"}, strings.Fields(rule)...)...)
			}
			netnstest.Run(t, "iptables-legacy", "-P", "INPUT", "DROP")
		}, ""},
		{"nft", func() {
			netnstest.Run(t, "nft", `table inet f {
				counter seen { }
				chain input {
					type filter hook input priority filter; policy drop;
					ct state established,related counter name seen accept
					udp dport 7000 accept
					meta l4proto udp counter drop
				}
			}`)
		}, "1 of 2 rules and policies that drop do not count"},
	} {
		netnstest.New(t, "nft", "iptables-legacy")
		tt.load()
		server, client := udp(t, 7000), udp(t, 6000)
		to := func(fd, port int) {
			err := unix.Sendto(fd, []byte("hello"), 0, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
			if err != nil && err != unix.ECONNREFUSED && err != unix.EPERM {
				t.Error(err)
			}
		}
		traffic := func(n int) {
			to(client, 7000)
			for range n {
				to(server, 6000) // established
				to(server, 6000)
				to(client, 9) // dropped
			}
		}
		out := &eachLine{f: traffic}
		var told bytes.Buffer
		c := &cli.CLI{Stdout: out, Stderr: &told}
		if code := c.Run(strings.Fields("watch --lines 3 --interval 10ms --format json --rules")); code != 0 {
			t.Fatalf("%s: exit code %d: %s", tt.name, code, told.String())
		}
		type sum struct {
			Packets, Bytes uint64
			NewPackets     uint64 `json:"new_packets"`
		}
		type line struct {
			Established, Dropped sum
			Changed              []struct{ Kind, Rule, Place string }
		}
		var lines []line
		for text := range strings.Lines(out.String()) {
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, l)
		}
		if len(lines) != 3 {
			t.Fatalf("%s: %d lines: %s", tt.name, len(lines), out.String())
		}
		if lines[0].Established.Packets != 0 || lines[0].Dropped.Packets != 0 || lines[0].Changed != nil {
			t.Errorf("%s: before any packet: %+v", tt.name, lines[0])
		}
		// After line n came 2n packets that were established, and n that were
		// dropped. The second time, the client's own are established too, and a
		// rejection may come back as related.
		if e, d := lines[1].Established, lines[1].Dropped; e.NewPackets < 2 || e.NewPackets > 3 || e.Packets != e.NewPackets || d.NewPackets != 1 || d.Bytes != 33 {
			t.Errorf("%s: after three packets: %+v", tt.name, lines[1])
		}
		if e, d := lines[2].Established, lines[2].Dropped; e.NewPackets < 5 || e.NewPackets > 7 || e.Packets != lines[1].Established.Packets+e.NewPackets || d.NewPackets != 2 || d.Packets != 3 {
			t.Errorf("%s: after seven more: %+v", tt.name, lines[2])
		}
		if len(lines[2].Changed) != 2 {
			t.Errorf("%s: rules: %+v", tt.name, lines[2].Changed)
		}
		if got := told.String(); (tt.warn == "") != (got == "") || !strings.Contains(got, tt.warn) {
			t.Errorf("%s: warns %q, expected %q", tt.name, got, tt.warn)
		}
		text, _, code := ctlint("", "watch", "-n", "2", "--interval", "1ms")
		if match := regexp.MustCompile(`^(\d\d:\d\d:\d\d  established \d+ packets \(\+\d+\) \d+ bytes \(\+\d+\)  dropped \d+ packets \(\+\d+\) \d+ bytes \(\+\d+\)\n){2}$`); code != 0 || !match.MatchString(text) {
			t.Errorf("%s: exit code %d:\n%s", tt.name, code, text)
		}
	}
	if _, told, code := ctlint("", "watch", "--interval", "0s"); code != 2 || told == "" {
		t.Errorf("an interval of nothing: exit code %d, %s", code, told)
	}
}

// udp returns a socket of UDP that is bound to a port of the loopback interface.
func udp(t *testing.T, port int) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Close(fd); err != nil {
			t.Error(err)
		}
	})
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	return fd
}
