package rd_test

import (
	"go/token"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/rd"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

func TestEmptyMatch(t *testing.T) { drivertest.Run(t, rd.EmptyMatch) }

// TestEmptyMatchPackets tries to make packets for the rules of the fixtures: for
// one that is told to take none there must be none.
func TestEmptyMatchPackets(t *testing.T) {
	folder := filepath.Join("..", "..", "fixtures", "checks", rd.EmptyMatch.Slug)
	for file, blank := range map[string]semantics.Packet{
		"never.v4": {Saddr: netip.MustParseAddr("192.0.2.1"), Daddr: netip.MustParseAddr("198.51.100.1")},
		"hooks.v6": {Saddr: netip.MustParseAddr("2001:db8::1"), Daddr: netip.MustParseAddr("2001:db8::2")},
	} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		r, err := driver.Run([]unit.Unit{{Files: []string{file}}}, driver.Options{
			Checks: []*check.Check{rd.EmptyMatch}, Overlay: map[string][]byte{file: text},
		})
		if err != nil || len(r.Findings) == 0 {
			t.Fatal(err, len(r.Findings))
		}
		empty := map[int]bool{}
		for _, f := range r.Findings {
			empty[f.Pos.Line] = f.Severity == check.Error
		}
		fset := token.NewFileSet()
		rs := load.Parse(fset, file, text, load.Options{}).Ruleset
		met := 0
		for _, table := range rs.Tables {
			for _, c := range table.Chains {
				for _, rule := range c.Rules {
					p := blank
					p.Hook, p.Proto, p.Length, p.TTL, p.State = c.Hook, 6, 100, 64, ast.StateNew
					switch holds := semantics.Satisfy(rs, table, &p, rule); {
					case holds != semantics.Yes:
					case empty[fset.Position(rule.Pos()).Line] && rule.Parts == 0 && c.Base():
						t.Errorf("%v: a packet that fits it: %v", fset.Position(rule.Pos()), &p)
					default:
						met++
					}
				}
			}
		}
		if met < 5 {
			t.Errorf("%s: only %d rules found a packet", file, met)
		}
	}
}
