package checks_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/semantics"
)

// tangle writes rules of which each overlaps with most others, in as many fields as
// there are: no order of these keeps their sets small.
func tangle(rules int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n")
	for range rules {
		lo, hi := r.IntN(30000), 30000+r.IntN(30000)
		fmt.Fprintf(&b, "-A FORWARD -s %d.0.0.0/%d.0.0.0 -d %d.0.0.0/%d.0.0.0 -p tcp -m tcp --sport %d:%d --dport %d:%d -m ttl --ttl-gt %d -j %s\n",
			r.IntN(256)&^0x80, 1<<r.IntN(7), r.IntN(256)&^0x80, 1<<r.IntN(7), lo, hi, r.IntN(30000), 30000+r.IntN(30000), r.IntN(200), []string{"ACCEPT", "DROP"}[r.IntN(2)])
	}
	b.WriteString("COMMIT\n")
	return b.Bytes()
}

// TestCutShort lints rules that are too entangled for the budget: the run ends soon, names
// the checks that may have overlooked something, and claims nothing that it does not
// claim with a budget that suffices.
func TestCutShort(t *testing.T) {
	small := []byte("*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j DROP\nCOMMIT\n")
	for _, c := range []struct {
		name   string
		text   []byte
		budget semantics.Options
		cut    bool
	}{
		{"enough", small, semantics.Options{}, false},
		{"steps", small, semantics.Options{Steps: 50}, true},
		{"questions", small, semantics.Options{Total: 50}, true},
		{"nodes", small, semantics.Options{Nodes: 100}, true},
		{"entangled", tangle(400), semantics.Options{Nodes: 1 << 20, Steps: 2 << 20, Question: 1 << 20, Total: 4 << 20}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			settings := config.Default()
			settings.Budget = c.budget
			start := time.Now()
			r, err := driver.Run([]unit.Unit{{Files: []string{"rules.v4"}}}, driver.Options{
				Checks: checks.All(), Config: settings, Overlay: map[string][]byte{"rules.v4": c.text},
			})
			if err != nil || len(r.Errors) > 0 {
				t.Fatal(err, r.Errors)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			names := func(code string) bool {
				return slices.ContainsFunc(r.CutShort, func(h driver.CutShort) bool {
					return slices.ContainsFunc(h.Checks, func(c *check.Check) bool { return c.Code == code })
				})
			}
			if names("RD002") != c.cut {
				t.Errorf("shadowed-rule is cut short: %v; all: %v", names("RD002"), r.CutShort)
			}
			if names("RD001") {
				t.Error("duplicate-rule, which asks for no packets, is cut short")
			}
			found := slices.ContainsFunc(r.Findings, func(f driver.Finding) bool { return f.Code == "RD002" })
			if !c.cut && !found {
				t.Error("the shadowed rule is not found")
			}
		})
	}
}
