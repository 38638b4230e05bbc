package semantics_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/fixtures/gen"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/semantics"
)

// reachAll finds out of every rule of a ruleset whether a packet matches it, on all
// ways.
func reachAll(t testing.TB, rs *ast.Ruleset, family ast.Family) (dead, cut int, h *semantics.Host) {
	h = semantics.NewHost([]*ast.Ruleset{rs}, semantics.Options{})
	for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
		start := time.Now()
		w := h.Way(family, hook)
		if !w.Known() {
			cut++
			continue
		}
		built := time.Since(start)
		for r := range w.Rules() {
			switch w.Matches(r) {
			case semantics.No:
				dead++
			case semantics.Unknown:
				cut++
			}
		}
		if testing.Verbose() {
			t.Logf("%s: built in %v, asked in %v, %d nodes", hook, built, time.Since(start)-built, semantics.Nodes(h))
		}
	}
	return dead, cut, h
}

func generated(t testing.TB, rules int) *ast.Ruleset {
	t.Helper()
	var b bytes.Buffer
	if err := gen.Save(&b, rules, 1); err != nil {
		t.Fatal(err)
	}
	return iptables.Parse("rules", b.String(), iptables.Save, ast.FamilyIP, 1).Ruleset
}

// BenchmarkReach asks of every rule whether a packet matches it. Between rulesets of
// different sizes it prints the exponent by which the cost grows.
func BenchmarkReach(b *testing.B) {
	var last time.Duration
	var lastRules int
	for _, rules := range []int{1000, 10000, 100000} {
		rs := generated(b, rules)
		b.Run(fmt.Sprint("rules=", rules), func(b *testing.B) {
			start := time.Now()
			for range b.N {
				dead, cut, h := reachAll(b, rs, ast.FamilyIP)
				b.ReportMetric(float64(dead), "dead")
				b.ReportMetric(float64(cut), "cut")
				b.ReportMetric(float64(semantics.Nodes(h)), "nodes")
			}
			took := time.Since(start) / time.Duration(b.N)
			if lastRules != 0 && lastRules != rules {
				b.ReportMetric(math.Log(float64(took)/float64(last))/math.Log(float64(rules)/float64(lastRules)), "exponent")
			}
			last, lastRules = took, rules
		})
	}
}

var blotted = regexp.MustCompile(`XX:XX:XX:XX:XX:XX`)

// BenchmarkReachReal does the same for the real rulesets at hand.
func BenchmarkReachReal(b *testing.B) {
	files, _ := filepath.Glob("../../shared/corpora/rulesets/configs_chair_for_Network_Architectures_and_Services/*save*")
	if len(files) == 0 {
		b.Skip("SKIPPED: the corpus of rulesets is not at ../../shared/corpora")
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		family := ast.FamilyIP
		if bytes.Contains([]byte(filepath.Base(name)), []byte("ip6")) {
			family = ast.FamilyIP6
		}
		// Link layer addresses are blotted out there; any others do.
		next := 0
		fixed := blotted.ReplaceAllStringFunc(string(text), func(string) string {
			next++
			return fmt.Sprintf("02:00:00:00:%02x:%02x", next>>8&0xff, next&0xff)
		})
		rs := iptables.Parse(name, fixed, iptables.Save, family, 1).Ruleset
		b.Run(filepath.Base(name), func(b *testing.B) {
			for range b.N {
				dead, cut, h := reachAll(b, rs, family)
				b.ReportMetric(float64(dead), "dead")
				b.ReportMetric(float64(cut), "cut")
				b.ReportMetric(float64(semantics.Nodes(h)), "nodes")
			}
		})
	}
}
