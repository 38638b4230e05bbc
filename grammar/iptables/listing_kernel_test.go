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
	{"extensions", `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:mine - [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack ! --ctstate NEW --ctstatus ASSURED -m comment --comment "a comment" -j LOG --log-prefix "say \"x\" LOG level 3: " --log-level 7 --log-tcp-options --log-uid
-A INPUT -p tcp -m multiport --dports 22,80:90 -m limit --limit 3/min --limit-burst 9 -j REJECT --reject-with tcp-reset
-A INPUT -p udp -m multiport ! --sports 53 -m addrtype --dst-type BROADCAST -j REJECT
-A INPUT -p tcp -m recent --update --seconds 60 --hitcount 4 --name ssh --mask MASK --rsource -j DROP
-A INPUT -m length --length 100:200 -m mark --mark 0x1/0xff -j MARKLIKE
-A INPUT -m iprange --src-range RANGE -j NFLOG --nflog-prefix "a b" --nflog-group 3
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -m tcpmss --mss 1400:65535 -j mine
-A FORWARD -m policy --dir in --pol ipsec ! --reqid 3 --spi 0x10 ! --proto esp --mode tunnel -j ACCEPT
-A FORWARD -m policy --dir in --pol ipsec --proto esp -m policy --dir out --pol none -j ACCEPT
-A FORWARD -m mac --mac-source 00:00:5e:00:53:01 -m pkttype --pkt-type multicast -j NFQUEUE --queue-num 5
-A OUTPUT -m owner --uid-owner 0 -m time --timestart 08:00:00 --timestop 18:00:00 --weekdays Mon,Tue -j ACCEPT
-A mine -m statistic --mode random --probability 0.50000000000 -m ttl_or_hl -j RETURN
-A mine -m policy --dir in --pol ipsec --strict --reqid 3 --proto esp --next --reqid 4 -j ACCEPT
-A mine -m connlimit --connlimit-above 5 --connlimit-mask BITS --connlimit-saddr -j DROP
-A mine -m string --string "a b" --algo bm --icase -j ACCEPT
COMMIT
`},
	{"translations", `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination TO
-A PREROUTING -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 8081
-A POSTROUTING -s A -o eth0 -j MASQUERADE
-A POSTROUTING -p udp -o eth1 -j SNAT --to-source FROM --random
COMMIT
`},
	{"changes", `*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
-A PREROUTING -m connmark --mark 0x2 -j MARK --set-xmark 0x3/0xffffffff
-A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
-A FORWARD -m dscp --dscp 0x2e -j DSCP --set-dscp 0x08
-A POSTROUTING -j CLASSIFY --set-class 0001:0010
COMMIT
`},
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

// familyRules puts a family's own words into rules.
func familyRules(f ast.Family) *strings.Replacer {
	if f == ast.FamilyIP6 {
		return strings.NewReplacer("BROADCAST", "LOCAL", "MASK", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "RANGE", "2001:db8::1-2001:db8::9", "BITS", "128", "-j MARKLIKE", "-j ACCEPT",
			"-m ttl_or_hl", "-m hl --hl-lt 5", "TO", "[2001:db8::1]:8080", "FROM", "[2001:db8::2-2001:db8::4]:1024-2048", "-j REJECT\n", "-j REJECT --reject-with icmp6-adm-prohibited\n")
	}
	return strings.NewReplacer("MASK", "255.255.255.255", "RANGE", "192.0.2.1-192.0.2.9", "BITS", "32", "-j MARKLIKE", "-j ACCEPT",
		"-m ttl_or_hl", "-m ttl --ttl-lt 5", "TO", "192.0.2.1:8080", "FROM", "192.0.2.2-192.0.2.4:1024-2048", "-j REJECT\n", "-j REJECT --reject-with icmp-admin-prohibited\n")
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
				rules = familyRules(family).Replace(rules)
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
