package ext_test

import (
	"bytes"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/semantics"
)

// meaningRules are matches whose meaning is easily got wrong. known says that
// semantics can tell it for the packets of TestMeaningKernel.
var meaningRules = []struct {
	match  string
	known  bool
	family ast.Family // 0 is both
}{
	{"-m conntrack --ctstate NEW", true, 0},
	{"-m conntrack ! --ctstate ESTABLISHED", true, 0},
	{"-m conntrack ! --ctstate DNAT", true, 0},
	{"-m conntrack ! --ctstate ESTABLISHED,DNAT", true, 0},
	{"-m conntrack ! --ctstate INVALID,UNTRACKED,DNAT", true, 0},
	{"-m conntrack --ctstate UNTRACKED,SNAT", true, 0},
	{"-m conntrack --ctstate UNTRACKED --ctproto 6", true, 0},
	{"-m conntrack --ctstate INVALID --ctproto 17", true, 0},
	{"-m conntrack --ctstate NEW,UNTRACKED --ctproto 6", true, 0},
	{"-m conntrack ! --ctstate NEW --ctproto 17", true, 0},
	{"-m conntrack ! --ctstate UNTRACKED --ctproto 17", true, 0},
	{"-m conntrack ! --ctstate DNAT --ctproto 6", true, 0},
	{"-m conntrack --ctdir ORIGINAL", true, 0},
	{"-m conntrack ! --ctproto 6", true, 0},
	{"-m conntrack --ctstatus NONE", true, 0},
	{"-m conntrack ! --ctstatus NONE", true, 0},
	{"-m conntrack ! --ctstatus ASSURED,EXPECTED", true, 0},
	{"-m conntrack --ctorigsrc 127.9.9.9/8", true, ast.FamilyIP},
	{"-m conntrack ! --ctorigdst 127.0.0.1", true, ast.FamilyIP},
	{"-m conntrack --ctorigdst ::1", true, ast.FamilyIP6},
	{"-m conntrack --ctorigdstport 900:3000", true, 0},
	{"-m connmark ! --mark 1", true, 0},
	{"-m mark ! --mark 1", true, 0},
	{"-m mark --mark 1/0", true, 0},
	{"-m helper ! --helper ftp", false, 0},
	{"-m connlabel ! --label 3", false, 0},
	{"-m connbytes ! --connbytes 5 --connbytes-mode packets --connbytes-dir both", false, 0},
	{"-m pkttype ! --pkt-type broadcast", false, 0},

	{"-m addrtype --dst-type LOCAL", false, 0},
	{"-m addrtype --dst-type MULTICAST", true, ast.FamilyIP6},
	{"-m addrtype ! --dst-type UNICAST", true, ast.FamilyIP6},
	{"-m addrtype --dst-type UNICAST,MULTICAST", true, ast.FamilyIP6},
	{"-m addrtype ! --dst-type UNSPEC,UNICAST", true, ast.FamilyIP6},
}

// TestMeaningKernel sends a packet of a new connection and one that is not
// tracked past each rule, and holds what the kernel counts against what the
// rule's statements say.
func TestMeaningKernel(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		for _, variant := range []string{"legacy", "nft"} {
			t.Run(family.String()+" "+variant, func(t *testing.T) { meaningOf(t, family, variant) })
		}
	}
}

func meaningOf(t *testing.T, family ast.Family, variant string) {
	tool, host := "iptables-"+variant, "127.0.0.1"
	if family == ast.FamilyIP6 {
		tool, host = "ip6tables-"+variant, "::1"
	}
	const tracked, untracked = "1000", "2000"
	in := "*raw\n-A OUTPUT -p udp --dport " + untracked + " -j CT --notrack\nCOMMIT\n*filter\n"
	var rules []int
	for i, r := range meaningRules {
		if r.family == 0 || r.family == family {
			in += "-A OUTPUT -p udp " + r.match + "\n"
			rules = append(rules, i)
		}
	}
	script := "ip link set lo up; " + tool + "-restore\n"
	for _, port := range []string{tracked, untracked} {
		script += "echo x > /dev/udp/" + host + "/" + port + "; " + tool + "-save -c -t filter | grep OUTPUT; " + tool + " -Z; echo @@\n"
	}
	args := []string{"--net", "bash", "-ec", script}
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
	addr := netip.MustParseAddr(host)
	counted := regexp.MustCompile(`(?m)^\[(\d+):\d+\] -A `)
	for n, text := range strings.Split(string(out), "@@\n")[:2] {
		p := semantics.Packet{Hook: ast.HookOutput, Oif: "lo", Saddr: addr, Daddr: addr, Proto: 17, Sport: 40000, Dport: 1000, State: ast.StateNew, Dir: ast.DirOriginal}
		if n == 1 {
			p.Dport, p.State = 2000, ast.StateUntracked
		}
		p.Orig, p.HasOrig = semantics.Tuple{Saddr: addr, Daddr: addr, Sport: p.Sport, Dport: p.Dport}, true
		counts := counted.FindAllStringSubmatch(text, -1)
		if len(counts) != len(rules) {
			t.Fatalf("%d of %d rules are counted:\n%s", len(counts), len(rules), text)
		}
		for i, r := range rules {
			m := meaningRules[r]
			parsed, _, errs := iptables.ParseRule("-A OUTPUT -p udp "+m.match, "filter", family)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			kernel := semantics.No
			if counts[i][1] != "0" {
				kernel = semantics.Yes
			}
			got := semantics.Holds(&ast.Ruleset{}, &ast.Table{Name: "filter", Family: family}, p, parsed[0])
			if got != kernel && (m.known || got != semantics.Unknown) {
				t.Errorf("%s, port %d: the kernel says %s, its statements %s", m.match, p.Dport, kernel, got)
			}
		}
	}
}
