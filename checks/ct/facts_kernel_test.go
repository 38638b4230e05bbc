package ct_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// facts are what the checks say the kernel does. Each is loaded in a network
// namespace of its own, and then a UDP packet and an echo request are sent over lo,
// of IPv4 and of IPv6, and answered. Rules with the comment hit must have matched
// some of them, those with the comment miss none.
var facts = []struct{ name, nft, v4, v6 string }{
	{name: "raw: INVALID, but what comes from lo has its connection (CT019)", v4: `*raw
-A OUTPUT -m conntrack --ctstate INVALID -m comment --comment hit
-A OUTPUT -m conntrack --ctstate NEW,ESTABLISHED,RELATED,UNTRACKED -m comment --comment miss
-A OUTPUT -m connmark --mark 0 -m comment --comment miss
-A OUTPUT -m connbytes --connbytes 0 --connbytes-dir both --connbytes-mode packets -m comment --comment miss
-A OUTPUT -m conntrack --ctproto 17 -m comment --comment miss
-A PREROUTING -i lo -m conntrack --ctstate NEW -m comment --comment hit
-A PREROUTING -i lo -m conntrack --ctstate INVALID -m comment --comment miss
COMMIT
`},
	{name: "raw: UNTRACKED behind notrack (CT019)", v4: `*raw
-A OUTPUT -m conntrack --ctstate UNTRACKED -m comment --comment miss
-A OUTPUT -p udp -j CT --notrack
-A OUTPUT -m conntrack --ctstate UNTRACKED -m comment --comment hit
COMMIT
`},
	{name: "a port is a number of any protocol (CT024)", v4: `*filter
-A INPUT -p icmp -m conntrack --ctorigdstport 2048 -m comment --comment hit
-A INPUT -p udp -m conntrack --ctorigdstport 2048 -m comment --comment miss
-A INPUT -m conntrack --ctproto 17 --ctorigdstport 9009 -m comment --comment hit
COMMIT
`},
	{name: "a recent list by family (CT030)", v4: `*filter
-A OUTPUT -m recent --set --name facts --rdest
-A OUTPUT -m recent --rcheck --name facts --rdest -m comment --comment hit
-A OUTPUT -m recent --update --name other --rdest
-A OUTPUT -m recent --rcheck --name other --rdest -m comment --comment miss
-A OUTPUT -m recent ! --rcheck --name other --rdest -m comment --comment hit
COMMIT
`, v6: `*filter
-A OUTPUT -m recent --rcheck --name facts --rdest -m comment --comment miss
COMMIT
`},
	{name: "nft notrack before conntrack (CT019)", nft: "chain c { type filter hook output priority -250; udp dport 9009 notrack\n}", v4: `*filter
-A INPUT -p udp --dport 9009 -m conntrack --ctstate UNTRACKED -m comment --comment hit
-A INPUT -p udp --dport 9009 -m conntrack --ctstate NEW -m comment --comment miss
COMMIT
`},
	{name: "nft notrack behind it (CT019)", nft: "chain c { type filter hook output priority -199; udp dport 9009 notrack\n}", v4: `*filter
-A INPUT -p udp --dport 9009 -m conntrack --ctstate UNTRACKED -m comment --comment miss
-A INPUT -p udp --dport 9009 -m conntrack --ctstate NEW -m comment --comment hit
COMMIT
`},
	{name: "a zone for lo at output alone (CT026)", v4: `*raw
-A OUTPUT -o lo -j CT --zone 7
COMMIT
*filter
-A INPUT -p udp --sport 9009 -m conntrack --ctstate ESTABLISHED -m comment --comment hit
-A INPUT -p udp --sport 9009 -m conntrack ! --ctstate ESTABLISHED -m comment --comment miss
COMMIT
`},
	{name: "what the kernel answers has no owner (CT002)", v4: `*filter
-A OUTPUT -p icmp -m icmp --icmp-type 0 -m owner ! --uid-owner 0 -m comment --comment hit
-A OUTPUT -p icmp -m icmp --icmp-type 0 -m owner --uid-owner 0-4294967294 -m comment --comment miss
COMMIT
`},
}

// inFacts says to a run of the test binary which fact it is to try.
const inFacts = "CTLINT_FACT"

func TestKernelFacts(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	for _, f := range facts {
		if name := os.Getenv(inFacts); name != "" {
			if name == f.name {
				tryFact(t, f.nft, f.v4, f.v6)
			}
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			args := []string{"--net"}
			if os.Geteuid() != 0 {
				args = append(args, "--user", "--map-root-user")
			}
			cmd := exec.Command("unshare", append(args, os.Args[0], "-test.run", "^TestKernelFacts$", "-test.v")...)
			cmd.Env = append(os.Environ(), inFacts+"="+f.name)
			if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS: TestKernelFacts")) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// tryFact loads the rules, sends the packets and looks at the counters.
func tryFact(t *testing.T, nft, v4, v6 string) {
	run := func(stdin, name string, args ...string) string {
		cmd := exec.Command(name, args...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	run("", "ip", "link", "set", "lo", "up")
	if nft != "" {
		run("table inet facts {\n"+nft+"\n}\n", "nft", "-f", "-")
	}
	run(v4, "iptables-legacy-restore")
	run(v6, "ip6tables-legacy-restore")
	sendUDP(t, "127.0.0.1:9009")
	sendEcho(t)
	sendUDP(t, "[::1]:9009")
	for _, tool := range []string{"iptables-legacy-save", "ip6tables-legacy-save"} {
		for line := range strings.Lines(run("", tool, "-c")) {
			miss := strings.HasPrefix(line, "[0:0]")
			if miss && strings.Contains(line, "--comment hit") || !miss && strings.Contains(line, "--comment miss") {
				t.Error(line)
			}
		}
	}
}

// patience is how long an answer from lo may take.
const patience = 10 * time.Second

// sendUDP sends a packet to a port of the host itself, and the answer back.
func sendUDP(t *testing.T, to string) {
	server, err := net.ListenPacket("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client, err := net.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	server.SetDeadline(time.Now().Add(patience))
	client.SetDeadline(time.Now().Add(patience))
	b := make([]byte, 8)
	_, from, err := server.ReadFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.WriteTo(b[:1], from); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Read(b); err != nil {
		t.Fatal(err)
	}
}

// sendEcho sends an echo request to the host itself, which the kernel answers.
func sendEcho(t *testing.T) {
	c, err := net.Dial("ip4:icmp", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte{8, 0, 0xe5, 0xca, 0x12, 0x34, 0, 1}); err != nil { // with its checksum
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(patience))
	const header = 20 // of IPv4, which comes with the answer
	for b := make([]byte, 64); ; {
		n, err := c.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		if n > header && b[header] == 0 {
			return
		}
	}
}
