package nft

import (
	"math/bits"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// describes are what nft describe is asked for, by type; without one, the type
// itself.
var describes = map[ast.Type]string{
	ast.TypeECN: "ip ecn", ast.TypeCTEvent: "ct event", ast.TypeTCHandle: "", ast.TypeICMPXCode: "icmpx_code",
	// Their names are those of the system.
	ast.TypeMark: "", ast.TypeRealm: "", ast.TypeDevgroup: "", ast.TypeUID: "", ast.TypeGID: "", ast.TypeCTLabel: "",
	// The words of nft describe cannot ask for these.
	ast.TypeMHType: "mh type", ast.TypeDay: "meta day",
}

// TestSymbols compares the names of numbers with those that nft knows.
func TestSymbols(t *testing.T) {
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skip("SKIPPED: nft is not installed")
	}
	compared := 0
	for typ := range symbolTables {
		tab := symbolTables[typ]
		if tab == nil {
			continue
		}
		typ := ast.Type(typ)
		what, special := describes[typ]
		if !special {
			what = typ.String()
		}
		if what == "" {
			continue
		}
		out, err := exec.Command("nft", append([]string{"describe"}, strings.Fields(what)...)...).Output()
		if err != nil {
			t.Errorf("nft describe %s: %v", what, err)
			continue
		}
		theirs := map[string]uint64{}
		for line := range strings.Lines(string(out)) {
			if f := strings.Fields(line); strings.HasPrefix(line, "\t") && len(f) == 2 {
				n, err := strconv.ParseUint(f[1], 0, 64)
				if err != nil {
					t.Errorf("nft describe %s: %q", what, line)
				}
				if typ == ast.TypeARPOp || typ == ast.TypeEtherType {
					n = uint64(bits.ReverseBytes16(uint16(n))) // nft prints the packet's bytes
				}
				theirs[f[0]] = n
			}
		}
		for _, s := range tab.symbols {
			n, ok := theirs[s.name]
			if !ok || n != s.value {
				t.Errorf("%s: %s is %d here, %d (%v) to nft", typ, s.name, s.value, n, ok)
			}
			delete(theirs, s.name)
		}
		for name := range theirs {
			t.Errorf("%s: %s is unknown here", typ, name)
		}
		compared++
	}
	if compared < 15 {
		t.Errorf("only %d types were compared", compared)
	}
}

func TestSymbolNames(t *testing.T) {
	for _, c := range []struct {
		typ   ast.Type
		value uint64
		name  string
	}{
		{ast.TypeCTState, ast.StateNew, "new"}, {ast.TypeICMPv6Type, 132, "mld-listener-done"}, {ast.TypePktType, 0, "host"},
		{ast.TypeEtherType, 0x8100, "8021q"}, {ast.TypeDSCP, 0, "cs0"}, {ast.TypeDSCP, 5, ""}, {ast.TypeInteger, 5, ""}, {ast.TypeInetService, 22, ""},
	} {
		if got := SymbolName(c.typ, c.value); got != c.name {
			t.Errorf("%s %d: %q, not %q", c.typ, c.value, got, c.name)
		}
		if c.name == "" {
			continue
		}
		if got, ok := SymbolValue(c.typ, c.name); !ok || got != c.value {
			t.Errorf("%s %s: %d, not %d", c.typ, c.name, got, c.value)
		}
	}
	for name, want := range map[string]uint64{"tcp": 6, "TCP": 6, "comp": 108, "ipcomp": 108, "icmpv6": 58, "ipv6-icmp": 58, "hopopt": 0} {
		if got, ok := SymbolValue(ast.TypeInetProto, name); !ok || got != want {
			t.Errorf("protocol %s: %d, not %d", name, got, want)
		}
	}
	for _, name := range []string{"all", "mh", "", "6", "nobody"} {
		if got, ok := SymbolValue(ast.TypeInetProto, name); ok {
			t.Errorf("protocol %q: %d, but it is none", name, got)
		}
	}
}
