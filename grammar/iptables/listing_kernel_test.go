package iptables

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// listingRules are rulesets that TestListingKernel loads, with A and B for
// addresses of the family.
var listingRules = []struct{ name, rules string }{
	{"filter", `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:mine - [0:0]
:a_chain_with_a_long_name - [0:0]
:tcp - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m state ! --state INVALID -j mine
-A INPUT -s A ! -i eth+ -p tcp -m tcp --dport 22 -m state --state NEW -j ACCEPT
-A INPUT ! -s A ! -d B -j DROP
-A INPUT -d B -g mine
-A INPUT -p tcp -j tcp
-A INPUT ! -p tcp -j tcp
-A INPUT
-A FORWARD -i verylongname012 ! -o any -j a_chain_with_a_long_name
-A FORWARD ! -i eth0 ! -o eth1 -g a_chain_with_a_long_name
-A mine -p tcp -m tcp --sport 1024:65535 --dport 80 --tcp-option 5 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT
-A mine -p tcp -m tcp ! --sport 53 ! --dport 1:1023 -j RETURN
-A mine -p tcp -m tcp ! --tcp-option 8 ! --tcp-flags FIN,PSH,URG NONE -j DROP
-A mine -p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG ALL
-A mine -p tcp -m tcp
-A mine -p udp -m udp ! --sport 67:68 --dport 123 -j ACCEPT
-A mine -p udp -m udp
-A mine -p udplite -j ACCEPT
-A mine ! -p 200
-A mine -p ospf
-A mine -m comment --comment "a comment */ of  more words"
-A mine -m comment --comment one -m state --state NEW -m comment --comment "-j DROP"
-A mine -p tcp -m tcp --dport 1 -m state --state NEW -m tcp --sport 2
COMMIT
`},
	{"nat", `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:other - [0:0]
-A PREROUTING -s A -j other
-A POSTROUTING -o eth0 -p tcp -m tcp --dport 25 -j RETURN
COMMIT
`},
	{"mangle", `*mangle
:PREROUTING ACCEPT [0:0]
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A FORWARD -i eth0 -o eth1 -j ACCEPT
COMMIT
`},
	{"raw", "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A OUTPUT -o lo -j ACCEPT\nCOMMIT\n"},
	{"fragments", `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -f -j DROP
-A INPUT -s 192.0.0.7/255.0.0.255 ! -f -j ACCEPT
COMMIT
`},
}

// inNamespace runs a shell script in a new network namespace and returns what it
// prints. Scripts are the test's own; their input is stdin.
func inNamespace(t *testing.T, script, stdin string) string {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	args := []string{"--net", "sh", "-ec", script}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	cmd := exec.Command("unshare", args...)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("unshare: %v: %s", err, stderr.String())
	}
	return string(out)
}

var (
	counterRE   = regexp.MustCompile(`(?m) ?\[\d+:\d+\] ?`)
	interfaceRE = regexp.MustCompile(`( !)? -[io] \S+`)
	commentRE   = regexp.MustCompile(`(?m)^#.*\n`)
)

// plain leaves the comments and counters out of a save file, and on request the
// interfaces that a listing without -v does not tell.
func plain(save string, interfaces bool) string {
	s := counterRE.ReplaceAllString(commentRE.ReplaceAllString(save, ""), "")
	if !interfaces {
		s = interfaceRE.ReplaceAllString(s, "")
	}
	return s
}

// TestListingKernel loads rulesets, and holds what each form of their listing
// means against what iptables-save prints.
func TestListingKernel(t *testing.T) {
	for _, c := range listingRules {
		for _, tool := range []string{"iptables-legacy", "iptables-nft", "ip6tables-legacy", "ip6tables-nft"} {
			family, a, b := ast.FamilyIP, "192.0.2.0/24", "198.51.100.1/32"
			if strings.HasPrefix(tool, "ip6") {
				family, a, b = ast.FamilyIP6, "2001:db8:1::/48", "2001:db8:2:3:4:5:6:7/128"
				if c.name == "fragments" {
					continue // IPv6 has no -f
				}
			}
			t.Run(c.name+" "+tool, func(t *testing.T) {
				rules := strings.NewReplacer(" A ", " "+a+" ", " B ", " "+b+" ").Replace(c.rules)
				if strings.HasSuffix(tool, "-nft") {
					// iptables-nft keeps only the last of two tcp matches.
					rules = strings.Replace(rules, "-m tcp --dport 1 -m state --state NEW -m tcp --sport 2", "-m tcp --dport 1 -m state --state NEW", 1)
				}
				table := rules[1:strings.IndexByte(rules, '\n')]
				forms := []string{"-n -v", "-n -v -x --line-numbers", "-v", "-n", "", "--line-numbers"}
				script := tool + "-restore; " + tool + "-save -t " + table
				for _, form := range forms {
					script += "; echo @@; " + tool + " -t " + table + " -L " + form
				}
				outs := strings.Split(inNamespace(t, script, rules), "@@\n")
				for i, form := range forms {
					names := !strings.Contains(form, "-n ") && form != "-n"
					listing, want := outs[i+1], plain(outs[0], strings.Contains(form, "-v"))
					got, errs, f := listed(listing, family)
					for _, e := range errs {
						if !strings.Contains(e, noInterfaces) {
							t.Errorf("-L %s: %s", form, e)
						}
					}
					got = strings.TrimPrefix(plain(got, true), "ip6 ") + "COMMIT\n"
					if names { // networks of networks(5) have names
						got = strings.ReplaceAll(got, "loopback/8", "127.0.0.0/8")
					}
					if got != want {
						t.Errorf("-L %s\n got\n%s\nwant\n%s\nlisting\n%s", form, got, want, listing)
					}
					checkSpans(t, f)
					formatted := f.Format()
					if !strings.Contains(form, "-v") {
						if formatted != nil {
							t.Errorf("-L %s: it is formatted without its interfaces", form)
						}
						continue
					}
					if again := inNamespace(t, tool+"-restore; "+tool+"-save", string(formatted)); plain(again, true) != want {
						t.Errorf("-L %s: loading what is formatted\n got\n%s\nwant\n%s", form, plain(again, true), want)
					}
				}
			})
		}
	}
}

// TestListingTogether lists all tables one after the other, without the commands
// between them.
func TestListingTogether(t *testing.T) {
	var rules, lists strings.Builder
	for _, c := range listingRules[:4] {
		rules.WriteString(strings.NewReplacer(" A ", " 192.0.2.0/24 ", " B ", " 198.51.100.1/32 ").Replace(c.rules))
	}
	for _, table := range []string{"raw", "mangle", "nat", "filter"} {
		lists.WriteString("; iptables-legacy -t " + table + " -L -n -v")
	}
	outs := strings.Split(inNamespace(t, "iptables-legacy-restore; for t in raw mangle nat filter; do iptables-legacy-save -t $t; done; echo @@"+lists.String(), rules.String()), "@@\n")
	got, errs, _ := listed(outs[1], ast.FamilyIP)
	for _, e := range errs {
		t.Error(e)
	}
	want := strings.ReplaceAll(plain(outs[0], true), "COMMIT\n", "")
	if got = plain(got, true); got != want {
		t.Errorf("\n got\n%s\nwant\n%s", got, want)
	}
}
