package cli_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/cmd/ctlint/cli"
	"github.com/ctlint/ctlint/internal/netnstest"
)

// TestLive has each command that reads rulesets read those that are in force.
func TestLive(t *testing.T) {
	netnstest.New(t, "nft", "iptables-legacy-restore", "ip6tables-legacy-restore", "iptables-nft-restore", "ipset")
	load := func(text string, argv ...string) {
		t.Helper()
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Stdin = strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", argv, err, out)
		}
	}
	load("create hosts hash:ip family inet\nadd hosts 192.0.2.1\n", "ipset", "restore")
	load(`*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m set --match-set hosts src -m tcp --dport 22 -j ACCEPT
COMMIT
`, "iptables-legacy-restore", "-w")
	load("*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:unused - [0:0]\nCOMMIT\n", "iptables-nft-restore")
	load("table inet site {\n\tchain nobody {\n\t\tdrop\n\t}\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n", "nft", "-f", "-")
	for _, c := range []struct {
		args       []string
		code       int
		want, lack []string
	}{
		{[]string{"lint", "--live", "--no-config"}, cli.Found, []string{
			"iptables-legacy-save:", "CT010 obsolete-state-match",
			// Each table is read once: that of iptables-nft not from nft, too.
			"chain unused", "iptables-nft-save:", "nft list ruleset:", "chain nobody",
		}, []string{"nft list ruleset:1:", "RD001", "lint --fix"}},
		{[]string{"lint", "--live", "rules.v4"}, cli.Unusable, []string{"--live reads what is in force, so rules.v4 cannot stand with it"}, nil},
		{[]string{"lint", "--netns", "x", "."}, cli.Unusable, []string{"--netns says where --live reads"}, nil},
		{[]string{"lint", "--live", "--netns", "no/such"}, cli.Unusable, []string{"is no name of a network namespace"}, nil},
		{[]string{"lint", "--live", "--fix"}, cli.Unusable, []string{"which --fix does not change"}, nil},
		{[]string{"fmt", "--live", "--no-config"}, cli.Clean, []string{
			"-A INPUT -p tcp -m set --match-set hosts src -m tcp --dport 22 -j ACCEPT", "chain nobody", ":unused",
		}, []string{"chain unused"}},
		{[]string{"fmt", "--live", "-w"}, cli.Unusable, []string{"ctlint apply changes what is in force"}, nil},
		{[]string{"translate", "--to", "conntrack", "--live", "--no-config", "--diff"}, cli.Clean, []string{
			"+++ iptables-legacy-save", "+-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
		}, nil},
		{[]string{"translate", "--to", "nft", "--live", "--no-config"}, cli.Clean, []string{
			"ct state established,related counter accept", "ip saddr @hosts tcp dport 22 counter accept", "192.0.2.1",
		}, []string{"nobody"}},
	} {
		// Not in a test of its own: that would be in another namespace.
		var out bytes.Buffer
		code := (&cli.CLI{Checks: checks.All(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}).Run(c.args)
		bad := code != c.code
		if bad {
			t.Errorf("%v: the exit code is %d, not %d", c.args, code, c.code)
		}
		for _, text := range c.want {
			if !strings.Contains(out.String(), text) {
				bad = true
				t.Errorf("%v: there is no %q in it", c.args, text)
			}
		}
		for _, text := range c.lack {
			if strings.Contains(out.String(), text) {
				bad = true
				t.Errorf("%v: there is %q in it", c.args, text)
			}
		}
		if bad {
			t.Log(out.String())
		}
	}
}
