package ext_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// inNamespace runs a shell script of the test's own in a new network namespace
// and returns what it prints.
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

// listedTargets are rules of which TestListedTargets reads the listings, by
// table. What begins with 4 or 6 is for one family; A is an address, B another.
var listedTargets = map[string]string{
	"filter": `-j AUDIT --type reject
-j IDLETIMER --timeout 10 --label a.b
-j IDLETIMER --timeout 10 --label c --alarm
-j HMARK --hmark-src-prefix 24 --hmark-dst-prefix 16 --hmark-sport-mask 0xffff --hmark-dport-mask 0x00ff --hmark-sport 0x0001 --hmark-dport 0x0002 --hmark-proto-mask 0x05 --hmark-rnd 0x00000004 --hmark-mod 42 --hmark-offset 1 --hmark-tuple ct
-j HMARK --hmark-spi-mask 0x000000ff --hmark-spi 0x00000001 --hmark-rnd 0xfeedcafe --hmark-mod 2
-j LOG
-j LOG --log-prefix "[a] b: " --log-level 3 --log-tcp-sequence --log-ip-options
-j LOG --log-prefix x --log-level 0 --log-tcp-options --log-uid --log-macdecode
-j LOG --log-level 7
-m state --state NEW -j LOG --log-prefix "a \"b\" LOG flags 0"
-j MARK --set-xmark 0x1/0xffffffff
-j MARK --set-xmark 0x0/0xffffff00
-j MARK --set-xmark 0x1/0x1
-j MARK --set-xmark 0x1/0x0
-j MARK --set-xmark 0x1/0xff
-j NFLOG
-j NFLOG --nflog-prefix "it\'s \"a\" \\" --nflog-group 5 --nflog-size 96 --nflog-threshold 7
-j NFLOG --nflog-prefix plain
-j NFQUEUE --queue-num 0
-j NFQUEUE --queue-balance 1:4 --queue-bypass --queue-cpu-fanout
-j RATEEST --rateest-name est --rateest-interval 250.0ms --rateest-ewmalog 500.0ms
4 -j REJECT --reject-with icmp-port-unreachable
4 -j REJECT --reject-with icmp-admin-prohibited
6 -j REJECT --reject-with icmp6-adm-prohibited
-p tcp -j REJECT --reject-with tcp-reset
-j SET --add-set foo src,dst --exist --timeout 5 --del-set foo dst
-p tcp -j SYNPROXY
-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 9 --mss 1460 --ecn
-j TEE --gateway A
-j TEE --gateway A --oif eth0
`,
	"nat": `PREROUTING -j DNAT --to-destination A
PREROUTING -j DNAT --to-destination A-B --random --persistent
4 PREROUTING -p tcp -j DNAT --to-destination A-B:1000-2000/3000
6 PREROUTING -p tcp -j DNAT --to-destination [A-B]:1000-2000/3000
PREROUTING -p udp -j DNAT --to-destination :53
4 POSTROUTING -p tcp -j SNAT --to-source A:1024-65535 --random --random-fully --persistent
6 POSTROUTING -p tcp -j SNAT --to-source [A]:1024-65535 --random --random-fully --persistent
POSTROUTING -j MASQUERADE
POSTROUTING -p tcp -j MASQUERADE --to-ports 10-20 --random --random-fully
PREROUTING -j REDIRECT
PREROUTING -p tcp -j REDIRECT --to-ports 8080 --random
4 PREROUTING -j NETMAP --to A/32
6 PREROUTING -j NETMAP --to A/128
`,
	"mangle": `-j CHECKSUM --checksum-fill
-j CLASSIFY --set-class 0001:abcd
-j CONNMARK --set-xmark 0x1/0xffffffff
-j CONNMARK --set-xmark 0x0/0xffffff00 --left-shift-mark 3
-j CONNMARK --set-xmark 0x1/0x1
-j CONNMARK --set-xmark 0x1/0x0
-j CONNMARK --set-xmark 0x1/0xff --right-shift-mark 2
-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff
-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
-j CONNMARK --save-mark --nfmask 0xf --ctmask 0xff
-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 8
-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
-j CONNMARK --restore-mark --nfmask 0xf --ctmask 0xff
-j CONNSECMARK --save
-j CONNSECMARK --restore
-j DSCP --set-dscp 0x2e
4 -p tcp -j ECN --ecn-tcp-remove
4 -p tcp -j ECN --ecn-tcp-ece 0 --ecn-tcp-cwr 1 --ecn-ip-ect 3
4 -j TTL --ttl-set 64
4 -j TTL --ttl-dec 1
4 -j TTL --ttl-inc 1
6 -j HL --hl-set 64
6 -j HL --hl-dec 1
6 -j HL --hl-inc 1
-j SET --map-set foo src --map-mark --map-prio --map-queue
-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1400
-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
-p tcp -j TCPOPTSTRIP --strip-options 2,3,255
-j TOS --set-tos 0x10/0xff
-j TOS --set-tos 0x08/0x3f
PREROUTING -p tcp -j TPROXY --on-port 80 --on-ip A --tproxy-mark 0x1/0xff
4 PREROUTING -p udp -j TPROXY --on-port 0 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0
6 PREROUTING -p udp -j TPROXY --on-port 0 --on-ip :: --tproxy-mark 0x0/0x0
6 POSTROUTING -j SNPT --src-pfx fd00::/64 --dst-pfx 2001:db8::/64
6 PREROUTING -j DNPT --src-pfx 2001:db8::/64 --dst-pfx fd00::/64
`,
	"raw": `PREROUTING -j CT
PREROUTING -j CT --notrack
PREROUTING -p tcp -j CT --helper ftp --ctevents new,destroy --expevents new --zone 5
PREROUTING -j CT --zone-orig 5
PREROUTING -j CT --zone-reply mark
PREROUTING -j TRACE
`,
}

var savedCounters = regexp.MustCompile(`(?m)^\[\d+:\d+\] `)

// savedRules returns the rules of a save file without their counters, a line
// each.
func savedRules(save string) string {
	var out strings.Builder
	for line := range strings.Lines(savedCounters.ReplaceAllString(save, "")) {
		if strings.HasPrefix(line, "-A ") {
			out.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	return out.String()
}

// TestListedTargets loads rules, and holds what their listings mean against what
// iptables-save prints.
func TestListedTargets(t *testing.T) {
	for table, rules := range listedTargets {
		for _, tool := range []string{"iptables-legacy", "iptables-nft", "ip6tables-legacy", "ip6tables-nft"} {
			t.Run(table+" "+tool, func(t *testing.T) {
				family, digit, inet, a, b := ast.FamilyIP, "4", "inet", "192.0.2.1", "192.0.2.9"
				if strings.HasPrefix(tool, "ip6") {
					family, digit, inet, a, b = ast.FamilyIP6, "6", "inet6", "2001:db8::1", "2001:db8::9"
				}
				in := "*" + table + "\n"
				for line := range strings.Lines(rules) {
					if rest, ok := strings.CutPrefix(line, digit+" "); ok {
						line = rest
					}
					switch line[0] {
					case '4', '6':
						continue
					case '-':
						line = map[string]string{"mangle": "FORWARD "}[table] + line
						if table != "mangle" {
							line = "INPUT " + line
						}
					}
					line = regexp.MustCompile(`([ [-])A([-:/\] \n])`).ReplaceAllString(line, "${1}"+a+"${2}")
					line = regexp.MustCompile(`-B([:\] \n])`).ReplaceAllString(line, "-"+b+"${1}")
					in += "-A " + line
				}
				script := fmt.Sprintf("ipset create foo hash:ip,port family %s timeout 5 skbinfo; %[2]s-restore; %[2]s-save -t %s", inet, tool, table)
				for _, form := range []string{"-n -v", "-v"} {
					script += fmt.Sprintf("; echo @@; %s -t %s -L %s", tool, table, form)
				}
				outs := strings.Split(inNamespace(t, script, in+"COMMIT\n"), "@@\n")
				want := savedRules(outs[0])
				if n := strings.Count(in, "\n-A "); n != strings.Count(want, "\n") {
					t.Fatalf("%d rules went in, %s came out", n, want)
				}
				for _, listing := range outs[1:] {
					f := iptables.Parse("listing", "Table: "+table+"\n"+listing, iptables.Listing, family, 1)
					for _, e := range f.Errors {
						t.Errorf("%s: %v", f.Text[e.From-1:e.To-1], e)
					}
					if got := savedRules(string(f.Format())); got != want {
						t.Errorf("the listing means\n%s\nwant\n%s\nlisting\n%s", got, want, listing)
					}
				}
			})
		}
	}
}

// TestMarksInKernel sends a packet through rules that set its mark and its
// connection's, and holds what becomes of them against what the statements say.
func TestMarksInKernel(t *testing.T) {
	const mark, ctmark = 0xdeadbeef, 0x12345678
	ops := []string{
		"MARK --set-mark 0x10/0xf", "MARK --set-xmark 0x1f/0xf0", "MARK --and-mark 0xff00", "MARK --or-mark 0xff", "MARK --xor-mark 0xff",
		"MARK --set-mark 7", "MARK --set-xmark 0/0",
		"CONNMARK --set-mark 0x10/0xf", "CONNMARK --set-xmark 0x1f/0xf0", "CONNMARK --and-mark 0xff00", "CONNMARK --or-mark 0xff", "CONNMARK --xor-mark 0xff",
		"CONNMARK --set-xmark 0x1f/0xf0 --left-shift-mark 12", "CONNMARK --set-mark 0xf0f --right-shift-mark 4", "CONNMARK --set-mark 0xf --left-shift-mark 30",
		"CONNMARK --save-mark", "CONNMARK --save-mark --mask 0xff00", "CONNMARK --save-mark --nfmask 0xff --ctmask 0xff00", "CONNMARK --save-mark --nfmask 0 --ctmask 0xff",
		"CONNMARK --save-mark --nfmask 0xff --ctmask 0", "CONNMARK --save-mark --nfmask 0xff --ctmask 0xff0000 --left-shift-mark 16",
		"CONNMARK --restore-mark", "CONNMARK --restore-mark --mask 0xff00", "CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff00",
		"CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff00 --right-shift-mark 8", "CONNMARK --restore-mark --ctmask 0 --nfmask 0xff",
		"CONNMARK --set-mark 1 --mask 0xff", "CONNMARK --mask 0xff --set-mark 1",
	}
	var in strings.Builder
	in.WriteString("*mangle\n")
	for i := range ops {
		fmt.Fprintf(&in, ":c%[1]d - [0:0]\n-A OUTPUT -j c%[1]d\n", i)
	}
	for i, op := range ops {
		m, ct := evalMarks(t, "-j "+op, mark, ctmark)
		fmt.Fprintf(&in, "-A c%[1]d -j MARK --set-mark %[2]d\n-A c%[1]d -j CONNMARK --set-mark %[3]d\n", i, uint32(mark), uint32(ctmark))
		fmt.Fprintf(&in, "-A c%[1]d -j %[2]s\n-A c%[1]d -m mark --mark %[3]d -m connmark --mark %[4]d -j RETURN\n", i, op, m, ct)
	}
	in.WriteString("COMMIT\n")
	for _, tool := range []string{"iptables-legacy", "iptables-nft"} {
		out := inNamespace(t, "ip link set lo up; "+tool+"-restore; bash -c 'echo >/dev/udp/127.0.0.1/9'; "+tool+"-save -c -t mangle", in.String())
		for i, op := range ops {
			if !regexp.MustCompile(fmt.Sprintf(`(?m)^\[[1-9]\d*:\d+\] -A c%d -m mark .* -j RETURN`, i)).MatchString(out) {
				t.Errorf("%s: -j %s does not make of the marks what it is lowered to", tool, op)
			}
		}
	}
}

// evalMarks runs the assignments that a rule is lowered to.
func evalMarks(t *testing.T, rule string, mark, ctmark uint64) (uint64, uint64) {
	t.Helper()
	rules, _, errs := iptables.ParseRule("-A FORWARD "+rule, "mangle", ast.FamilyIP)
	if len(errs) > 0 {
		t.Fatalf("%s: %v", rule, errs)
	}
	var eval func(e ast.Expr) uint64
	eval = func(e ast.Expr) uint64 {
		switch e := e.(type) {
		case *ast.Int:
			return e.Val
		case *ast.Meta:
			return mark
		case *ast.CT:
			return ctmark
		case *ast.Binary:
			x, y := eval(e.Left), eval(e.Right)
			return map[ast.BinaryOp]uint64{ast.OpAnd: x & y, ast.OpOr: x | y, ast.OpXor: x ^ y, ast.OpShl: x << y, ast.OpShr: x >> y}[e.Op] & 0xffffffff
		}
		t.Fatalf("%s: %T in the value", rule, e)
		return 0
	}
	for _, s := range rules[0].Stmts {
		a, ok := s.(*ast.Assign)
		if !ok {
			t.Fatalf("%s: %T", rule, s)
		}
		if _, isMeta := a.Left.(*ast.Meta); isMeta {
			mark = eval(a.Right)
		} else {
			ctmark = eval(a.Right)
		}
	}
	return mark, ctmark
}
