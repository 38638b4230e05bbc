//go:build linux

package apply_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/internal/netnstest"
)

// TestEnsureEstablished asks for the rule in rulesets that have it, lack it, or have it in
// other words.
func TestEnsureEstablished(t *testing.T) {
	t.Parallel()
	save := func(rules string) string {
		return "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n"
	}
	nft := func(rules string) string {
		return "table inet site {\nchain late {\ndrop\n}\nchain input {\ntype filter hook input priority filter; policy drop;\n" + rules + "}\n}\n"
	}
	const (
		rule = "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
		ssh  = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
	)
	for _, c := range []struct {
		name, tool, old string
		args            []string
		// rules are those of the chain after it; empty if nothing is to change.
		want, said string
	}{
		{name: "missing", tool: "iptables-legacy", old: save(ssh + "-A INPUT -p udp -j DROP\n"), want: ssh + rule + "-A INPUT -p udp -j DROP\n", said: "a rule is missing, before: -A INPUT -p udp -j DROP"},
		{name: "missing in IPv6", tool: "ip6tables-legacy", old: save(ssh + "-A INPUT -p udp -j DROP\n"), want: ssh + rule + "-A INPUT -p udp -j DROP\n", said: "a rule is missing"},
		{name: "of nf_tables", tool: "iptables-nft", old: save(ssh + "-A INPUT -p udp -j DROP\n"), want: ssh + rule + "-A INPUT -p udp -j DROP\n", said: "a rule is missing"},
		{name: "at the end", tool: "iptables-legacy", old: save(ssh), want: ssh + rule, said: "a rule is missing, at the end"},
		{name: "there", tool: "iptables-legacy", old: save(rule + ssh + "-A INPUT -p udp -j DROP\n"), said: "it drops no established packets"},
		{name: "by the old match", tool: "iptables-legacy", old: save("-A INPUT -m state --state ESTABLISHED -j ACCEPT\n" + ssh), said: "it drops no established packets"},
		{name: "by another chain", tool: "iptables-legacy", old: "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:known - [0:0]\n-A INPUT -m conntrack ! --ctstate NEW,INVALID,UNTRACKED -j known\n-A known -j ACCEPT\nCOMMIT\n", said: "it drops no established packets"},
		{name: "after a ban", tool: "iptables-legacy", old: save("-A INPUT -s 203.0.113.0/24 -j DROP\n" + rule), said: "there is one: "},
		{name: "for one protocol alone", tool: "iptables-legacy", old: save("-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT\n" + ssh), want: "-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT\n" + ssh + rule, said: "at the end"},
		{name: "another chain is named", tool: "iptables-legacy", old: save(ssh), args: []string{"FORWARD"}, want: ssh + "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n", said: "ip filter FORWARD: a rule is missing"},
		{name: "nft", tool: "nft", old: nft("tcp dport 22 accept\nudp dport 1-1023 goto late\n"), want: "tcp dport 22 accept ct state established,related counter packets 0 bytes 0 accept udp dport 1-1023 goto late", said: "inet site input: a rule is missing, before: udp dport 1-1023 goto late"},
		{name: "nft, at the end", tool: "nft", old: nft("tcp dport 22 accept\n"), want: "tcp dport 22 accept ct state established,related counter packets 0 bytes 0 accept", said: "at the end"},
		{name: "nft, in IPv6 alone", tool: "nft", old: nft("meta nfproto ipv4 ct state established accept\n"), want: "meta nfproto ipv4 ct state established accept ct state established,related counter", said: "at the end"},
		{name: "nft, by a map", tool: "nft", old: nft("ct state vmap { established : accept, related : accept, invalid : drop }\n"), said: "it drops no established packets"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			list := func() string {
				if c.tool == "nft" {
					out, _ := netnstest.Run(t, "nft", "list", "ruleset")
					return strings.Join(strings.Fields(out), " ")
				}
				out, _ := netnstest.Run(t, c.tool+"-save")
				var b strings.Builder
				for line := range strings.Lines(out) {
					if strings.HasPrefix(line, "-A") {
						b.WriteString(line)
					}
				}
				return b.String()
			}
			w.load("nft", "-f", "-", "flush ruleset")
			for _, f := range []string{"iptables-legacy-restore", "ip6tables-legacy-restore"} {
				w.load(f, "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n")
			}
			if c.tool == "nft" {
				w.load("nft", "-f", "-", c.old)
			} else {
				w.load(c.tool+"-restore", c.old)
			}
			was := list()
			run := func() *run {
				r := w.ctlint(append([]string{"apply", "--ensure-established", "--confirm", "20s"}, c.args...)...)
				if err := r.Start(); err != nil {
					t.Fatal(err)
				}
				return r
			}
			r := run()
			if c.want != "" {
				w.await(r, func() bool { return list() != was })
				if code := w.code(w.ctlint("apply", "--confirm", w.lastToken())); code != 0 {
					t.Errorf("confirming ends with %d", code)
				}
			}
			if err := r.Wait(); err != nil {
				t.Errorf("%v:\n%s", err, r.out.String())
			}
			w.wantSaid(r, c.said)
			is := list()
			if c.want == "" && is != was || !strings.Contains(is, c.want) {
				t.Errorf("the rules are\n%s\nwant\n%s", is, c.want)
			}
			// Once more, there is nothing to do.
			again := run()
			if err := again.Wait(); err != nil {
				t.Errorf("again: %v", err)
			}
			w.wantSaid(again, "nothing is changed")
			if now := list(); now != is {
				t.Errorf("again, the rules are\n%s", now)
			}
		})
	}
}
