package ct_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ct"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"

	"go/token"
)

// accepted says of each check with witnesses whether those are accepted; they are
// dropped else.
var accepted = map[*check.Check]bool{
	ct.MissingEstablished: false, ct.MisorderedEstablished: false, ct.RelatedTooBroad: true, ct.MissingRelated: false,
	ct.MissingInvalidDrop: true, ct.MisorderedInvalidDrop: true, ct.InvalidAccepted: true, ct.RejectInvalid: false,
	ct.NewAcceptedWithEstablished: true, ct.EstablishedDropped: false, ct.FamilyLimitedEstablished: false,
}

// TestWitnesses gives the witness of every finding on the fixtures to the concrete
// evaluator, which must do with it what the message says.
func TestWitnesses(t *testing.T) {
	root := filepath.Join("..", "..", "fixtures", "checks")
	n := 0
	for c, want := range accepted {
		files, err := filepath.Glob(filepath.Join(root, c.Slug, "*.*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, ".golden") {
				continue
			}
			r, err := driver.Run([]unit.Unit{{Files: []string{file}}}, driver.Options{Checks: []*check.Check{c}})
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rs := load.Parse(token.NewFileSet(), file, text, load.Options{}).Ruleset
			for _, f := range r.Findings {
				if f.Witness == "" {
					continue
				}
				n++
				p := packet(t, f.Witness)
				if d := semantics.Decide(rs, p); want && !d.Accepts() || !want && !d.Drops() {
					t.Errorf("%v: %s: accepted %v, wanted %v, of %s", f.Pos, f.Code, d.Accepts(), want, f.Witness)
				}
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d witnesses were tried", n)
	}
}

var packetForm = regexp.MustCompile(`^at (\w+)(?:, in ([^,:]+))?(?:, out ([^,:]+))?: (?:protocol )?(\w+) (\S+) > (\S+)(?: type (\d+) code (\d+)| (fragment)| ([A-Z,]+|no flags))?, ([A-Z]+)$`)

// packet reads a packet as [semantics.Packet.String] writes it.
func packet(t *testing.T, line string) semantics.Packet {
	t.Helper()
	m := packetForm.FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("%q is no packet", line)
	}
	p := semantics.Packet{Iif: m[2], Oif: m[3], Fragment: m[9] != "", Length: 60, TTL: 64, Dir: ast.DirOriginal}
	p.Hook = map[string]ast.Hook{"input": ast.HookInput, "forward": ast.HookForward, "output": ast.HookOutput}[m[1]]
	p.Proto = map[string]uint8{"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}[m[4]]
	if n, err := strconv.Atoi(m[4]); err == nil {
		p.Proto = uint8(n)
	}
	p.Saddr, p.Sport = endpoint(m[5])
	p.Daddr, p.Dport = endpoint(m[6])
	kind, _ := strconv.Atoi(m[7])
	code, _ := strconv.Atoi(m[8])
	p.ICMPType, p.ICMPCode = uint8(kind), uint8(code)
	for i, name := range []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG"} {
		for _, f := range strings.Split(m[10], ",") {
			if f == name {
				p.TCPFlags |= 1 << i
			}
		}
	}
	p.State = map[string]uint32{"NEW": ast.StateNew, "ESTABLISHED": ast.StateEstablished, "RELATED": ast.StateRelated, "INVALID": ast.StateInvalid, "UNTRACKED": ast.StateUntracked}[m[11]]
	if p.State == ast.StateEstablished {
		p.Status = ast.StatusSeenReply | ast.StatusConfirmed | ast.StatusAssured
	}
	return p
}

func endpoint(s string) (netip.Addr, uint16) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr(), ap.Port()
	}
	a, _ := netip.ParseAddr(s)
	return a, 0
}
