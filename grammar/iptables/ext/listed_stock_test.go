package ext_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// listedRules are rules by table, one a line, whose listing must mean what they
// say. A rule that only one family has begins with its number.
var listedRules = map[string]string{
	"filter": `
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack ! --ctstate NEW,DNAT ! --ctproto 17 --ctorigsrcport 1:5 ! --ctorigdstport 22 --ctreplsrcport 3 --ctrepldstport 4
-A INPUT -m conntrack ! --ctstatus EXPECTED,CONFIRMED --ctexpire 3:9 --ctdir REPLY
4 -A INPUT -m conntrack --ctorigsrc 192.0.2.0/24 ! --ctorigdst 192.0.2.1 --ctreplsrc 192.0.2.2 --ctrepldst 192.0.2.3
6 -A INPUT -m conntrack --ctorigsrc 2001:db8::/32 ! --ctorigdst 2001:db8::1
-A INPUT -m state --state NEW -m conntrack --ctstate RELATED
-A INPUT -m connbytes --connbytes 1000:2000 --connbytes-mode bytes --connbytes-dir both
-A INPUT -m connbytes ! --connbytes 5 --connbytes-mode avgpkt --connbytes-dir reply -j DROP
-A INPUT -m connlabel --label "5"
-A INPUT -m connlabel ! --label "5" --set
4 -A INPUT -m connlimit --connlimit-upto 2 --connlimit-mask 24 --connlimit-saddr
6 -A INPUT -m connlimit --connlimit-above 2 --connlimit-mask 64 --connlimit-daddr
4 -A INPUT -m connlimit --connlimit-above 2 --connlimit-mask 32 --connlimit-saddr -m connlimit --connlimit-upto 3 --connlimit-mask 32 --connlimit-daddr
-A INPUT -m mark --mark 0x1/0xff -m connmark ! --mark 0x2
-A INPUT -m helper --helper ftp -m helper ! --helper "a b"
-A INPUT -m cpu --cpu 1 -m cpu ! --cpu 2
-A INPUT -m cgroup --cgroup 5 -m cgroup ! --cgroup 6
-A INPUT -m cgroup --path "/" -m cgroup ! --path "/"
-A INPUT -m cluster --cluster-local-nodemask 0x00000005 --cluster-total-nodes 7 --cluster-hash-seed 0x00000001
-A INPUT -m cluster ! --cluster-local-nodemask 0x00000005 --cluster-total-nodes 7 --cluster-hash-seed 0x00000001
-A OUTPUT -m owner --uid-owner 5 ! --gid-owner 6-7
-A OUTPUT -m owner ! --socket-exists ! --uid-owner 5-9 --gid-owner 7 --suppl-groups
-A FORWARD -m devgroup --src-group 0x1/0x3 ! --dst-group 0x2
-A FORWARD -m physdev --physdev-is-in ! --physdev-in eth+ ! --physdev-is-out --physdev-out eth1 --physdev-is-bridged
-A FORWARD -m physdev ! --physdev-is-bridged -j DROP
-A INPUT -m mac ! --mac-source 00:00:5e:00:53:01 -m mac --mac-source 00:00:5e:00:53:02
-A INPUT -m pkttype --pkt-type multicast -m pkttype ! --pkt-type otherhost
-A FORWARD -m addrtype --src-type UNICAST,LOCAL ! --dst-type MULTICAST --limit-iface-in
-A FORWARD -m addrtype ! --src-type LOCAL --limit-iface-out
-A INPUT -m addrtype --dst-type LOCAL -m addrtype --src-type LOCAL
-A INPUT -m socket -m socket --transparent --nowildcard --restore-skmark
4 -A OUTPUT -m realm --realm 0x1/0xf -m realm ! --realm 0x2
4 -A INPUT -p tcp -m osf --genre Linux -m osf ! --genre FreeBSD
-A INPUT -m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0" -j DROP
-A INPUT -m bpf --bytecode "1,6 0 0 1" -m mark --mark 0x1
-A INPUT -m set --match-set hosts src ! --update-counters -m set ! --match-set hosts dst --return-nomatch ! --update-subcounters
-A INPUT -m set --match-set hosts src ! --packets-eq 5 --bytes-gt 7 -m set --match-set hosts src --packets-lt 5 --bytes-eq 9
`,
	"raw": `
-A PREROUTING -m rpfilter
-A PREROUTING -m rpfilter --loose --validmark --accept-local --invert -j DROP
-A PREROUTING -m rpfilter --invert -m rpfilter --loose
`,
}

var ruleCounters = regexp.MustCompile(`(?m)^\[\d+:\d+\] `)

// TestListedStock loads rules with the stock tools, lists them, and holds what
// the listing is found to mean against what iptables-save prints.
func TestListedStock(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the stock tools are not asked")
	}
	for _, v6 := range []bool{false, true} {
		tool, sets, family, other := "iptables", "inet", ast.FamilyIP, "6 "
		if v6 {
			tool, sets, family, other = "ip6tables", "inet6", ast.FamilyIP6, "4 "
		}
		for _, variant := range []string{"-legacy", "-nft"} {
			for table, text := range listedRules {
				t.Run(tool+variant+" "+table, func(t *testing.T) {
					in := "*" + table + "\n"
					for rule := range strings.Lines(strings.TrimLeft(text, "\n")) {
						if !strings.HasPrefix(rule, other) {
							in += strings.TrimLeft(rule, "46 ")
						}
					}
					script := "ipset create hosts hash:net counters family " + sets + "\n" +
						`"$0"-restore; "$0"-save -t ` + table + ` | grep ^-A; echo @@; "$0" -n -v -t ` + table + " -L"
					args := []string{"--net", "sh", "-ec", script, tool + variant}
					if os.Geteuid() != 0 {
						args = append([]string{"--user", "--map-root-user"}, args...)
					}
					cmd := exec.Command("unshare", args...)
					cmd.Stdin = strings.NewReader(in + "COMMIT\n")
					var stderr bytes.Buffer
					cmd.Stderr = &stderr
					out, err := cmd.Output()
					if err != nil {
						t.Fatalf("%v: %s", err, stderr.String())
					}
					saved, listing, _ := strings.Cut(string(out), "@@\n")
					f := iptables.Parse("listing", listing, iptables.Listing, family, 1)
					for _, e := range f.Errors {
						t.Errorf("%q: %v", f.Source(e.Span), e)
					}
					var got []string
					for line := range strings.Lines(string(f.Format())) {
						if line = ruleCounters.ReplaceAllString(line, ""); strings.HasPrefix(line, "-A") {
							got = append(got, line)
						}
					}
					want := strings.SplitAfter(strings.TrimSuffix(saved, "\n")+"\n", "\n")
					want = want[:len(want)-1]
					for i := range max(len(got), len(want)) {
						switch {
						case i >= len(got):
							t.Errorf("missing: %s", want[i])
						case i >= len(want):
							t.Errorf("too much: %s", got[i])
						case strings.TrimSpace(got[i]) != strings.TrimSpace(want[i]):
							t.Errorf("\n got %swant %s", got[i], want[i])
						}
					}
					if t.Failed() {
						t.Log(strings.ReplaceAll(listing, "\x00", "^@"))
					}
				})
			}
		}
	}
}
