//go:build linux

package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/internal/netnstest"
)

// stateful rulesets of both dialects that accept SSH alone, and what is established.
var stateful = map[string][]string{
	"iptables": {"rules.v4", `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lan0 -p tcp --dport 22 -j ACCEPT
-A INPUT -p udp --dport 53 -m limit --limit 1/s -j ACCEPT
COMMIT
`, "rules.v6", `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lan0 -p tcp --dport 22 -j ACCEPT
COMMIT
`},
	"nft": {"rules.nft", `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname "lan0" tcp dport 22 accept
		udp dport 53 limit rate 1/second accept
	}
}
`},
}

func TestConntrackOrphans(t *testing.T) {
	for dialect, texts := range stateful {
		netnstest.New(t, "conntrack", "ip", "nft", "iptables-nft-restore")
		netnstest.Run(t, "ip", "link", "add", "lan0", "type", "bridge")
		netnstest.Run(t, "ip", "link", "set", "lan0", "up")
		netnstest.Run(t, "ip", "addr", "add", "198.51.100.1/24", "dev", "lan0")
		netnstest.Run(t, "ip", "addr", "add", "2001:db8:1::1/64", "dev", "lan0", "nodad")
		netnstest.Run(t, "ip", "route", "add", "default", "dev", "lan0")
		netnstest.Run(t, "ip", "-6", "route", "add", "default", "dev", "lan0")
		for _, line := range []string{
			"-p tcp --sport 1000 --dport 22 --state ESTABLISHED -s 192.0.2.1 -d 198.51.100.1", // may come again
			"-p tcp --sport 1000 --dport 80 --state ESTABLISHED -s 192.0.2.1 -d 198.51.100.1",
			"-p udp --sport 1000 --dport 53 -s 192.0.2.1 -d 198.51.100.1", // may or may not
			"-p udp --sport 1000 --dport 53 -s 198.51.100.1 -d 192.0.2.1", // its own
			"-p tcp --sport 1000 --dport 22 --state ESTABLISHED -s 2001:db8::1 -d 2001:db8:1::1",
			"-p tcp --sport 1000 --dport 80 --state ESTABLISHED -s 2001:db8::1 -d 2001:db8:1::1",
			"-p tcp --sport 1000 --dport 25 --state ESTABLISHED -s 192.0.2.1 -d 192.0.2.9",                        // through
			"-p tcp --sport 1000 --dport 8022 --state ESTABLISHED -s 192.0.2.1 -d 203.0.113.1 -g 198.51.100.1:22", // DNAT to SSH
			"-p tcp --sport 1000 --dport 22 --state ESTABLISHED -s 192.0.2.1 -d 203.0.113.1 -g 198.51.100.1:80",
		} {
			netnstest.Run(t, "conntrack", append(strings.Fields("-I -t 1000 -u SEEN_REPLY,ASSURED"), strings.Fields(line)...)...)
		}
		dir := t.TempDir()
		var files []string
		for i := 0; i < len(texts); i += 2 {
			name := filepath.Join(dir, texts[i])
			if err := os.WriteFile(name, []byte(texts[i+1]), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, name)
		}
		wantOrphans := []string{"198.51.100.1:80", "2001:db8:1::1:80", "203.0.113.1:22"}
		check := func(what string, args ...string) {
			t.Helper()
			out, told, code := ctlint("", append([]string{"conntrack", "list", "--format", "json"}, args...)...)
			if code != 0 {
				t.Fatalf("%s, %s: exit code %d: %s", dialect, what, code, told)
			}
			got := map[string]bool{}
			for line := range strings.Lines(out) {
				var f struct {
					Original struct {
						Dst   string
						Dport json.Number
					}
				}
				if err := json.Unmarshal([]byte(line), &f); err != nil {
					t.Fatal(err)
				}
				got[f.Original.Dst+":"+f.Original.Dport.String()] = true
			}
			for _, w := range wantOrphans {
				if !got[w] {
					t.Errorf("%s, %s: %s is no orphan", dialect, what, w)
				}
				delete(got, w)
			}
			if len(got) > 0 {
				t.Errorf("%s, %s: orphans are also %v", dialect, what, got)
			}
		}
		check("of files", "--orphans", strings.Join(files, ","))
		if dialect == "nft" {
			netnstest.Run(t, "nft", "-f", files[0])
		} else {
			netnstest.Run(t, "iptables-nft-restore", files[0])
			netnstest.Run(t, "ip6tables-nft-restore", files[1])
		}
		check("in force", "--orphans")

		out, _, code := ctlint("", strings.Fields("conntrack list --why -p tcp --dport 22 -s 192.0.2.1 -d 198.51.100.1")...)
		accept := map[string][]string{
			"iptables": {"original: accepted by iptables-nft-save:", "--ctstate RELATED,ESTABLISHED -j ACCEPT (filter INPUT)", "new: accepted by iptables-nft-save:", "--dport 22 -j ACCEPT", "reply: accepted by the policy of filter OUTPUT"},
			"nft":      {"original: accepted by nft list ruleset:", "ct state established,related accept (filter input)", `new: accepted by nft list ruleset:`, "tcp dport 22 accept", "reply: accepted by no rule"},
		}[dialect]
		for _, want := range accept {
			if code != 0 || !strings.Contains(out, want) {
				t.Errorf("%s: exit code %d, no %q in\n%s", dialect, code, want, out)
			}
		}

		// The kernel's own packets to find neighbours make flows too, but none
		// that is assured.
		count := func() string {
			out, _ := netnstest.Run(t, "conntrack", "-L", "-u", "ASSURED")
			return strconv.Itoa(strings.Count(out, "\n"))
		}
		if _, told, code := ctlint("n\n", "conntrack", "list", "--orphans", "--kill"); code != 1 || count() != "9" {
			t.Errorf("%s: not confirmed: exit code %d, %s flows are left of 9: %s", dialect, code, count(), told)
		}
		if _, told, code := ctlint("", "conntrack", "list", "--orphans", "--kill"); code != 1 || count() != "9" {
			t.Errorf("%s: nobody answers: exit code %d, %s flows are left of 9: %s", dialect, code, count(), told)
		}
		if _, told, code := ctlint("yes\n", "conntrack", "list", "--orphans", "--kill"); code != 0 || count() != "6" {
			t.Errorf("%s: confirmed: exit code %d, %s flows are left of 9: %s", dialect, code, count(), told)
		}
		if out, _, code := ctlint("", "conntrack", "list", "--orphans"); code != 0 || out != "" {
			t.Errorf("%s: orphans are left: exit code %d, %s", dialect, code, out)
		}
		if _, told, code := ctlint("", "conntrack", "list", "--kill"); code != 2 || !strings.Contains(told, "--orphans") {
			t.Errorf("--kill alone: exit code %d, %s", code, told)
		}
	}
}
