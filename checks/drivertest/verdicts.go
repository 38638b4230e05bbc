package drivertest

import (
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// SafeFixes proves on packet sets what the safe fixes of a check do: on all fixtures
// that have a golden file, every packet must have the same verdict before and after,
// except for those in but, which the check's messages name; a nil but allows none.
func SafeFixes(t *testing.T, c *check.Check, but func(*semantics.Way) semantics.Set) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(moduleRoot(t), "fixtures", "checks", c.Slug, "*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, golden := range files {
		if strings.HasSuffix(golden, ".unsafe.golden") {
			continue
		}
		n++
		t.Run(filepath.Base(golden), func(t *testing.T) {
			file := strings.TrimSuffix(golden, ".golden")
			before := read(t, file, file)
			after := read(t, file, golden)
			host := semantics.NewHost([]*ast.Ruleset{before}, semantics.Options{})
			fixed := host.Variant([]*ast.Ruleset{after})
			for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
				for _, hook := range []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput} {
					sameVerdicts(t, host.Way(family, hook), fixed.Way(family, hook), but)
				}
			}
		})
	}
	if n == 0 {
		t.Errorf("no fixture of %s has a golden file", c.Slug)
	}
}

// read reads the text of a file as if it had the name of another.
func read(t *testing.T, name, file string) *ast.Ruleset {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := load.Parse(token.NewFileSet(), name, text, load.Options{})
	for _, e := range s.Errors {
		t.Fatal(e)
	}
	return s.Ruleset
}

// sameVerdicts compares what two ways accept, drop and reject, at most and at least.
func sameVerdicts(t *testing.T, before, after *semantics.Way, but func(*semantics.Way) semantics.Set) {
	t.Helper()
	for _, of := range []struct {
		what          string
		before, after semantics.Set
	}{
		{"accepted", before.Accepts().Must(), after.Accepts().Must()},
		{"perhaps accepted", before.Accepts().May(), after.Accepts().May()},
		{"rejected", before.Rejects().Must(), after.Rejects().Must()},
		{"perhaps rejected", before.Rejects().May(), after.Rejects().May()},
	} {
		for _, d := range []struct {
			what string
			set  semantics.Set
		}{{"no longer", of.before.Minus(of.after)}, {"newly", of.after.Minus(of.before)}} {
			if but != nil {
				d.set = d.set.Minus(but(before))
			}
			if d.set.Empty() {
				continue
			}
			w, _ := d.set.Witness()
			t.Errorf("at %s of %s, %s %s: %s", before.Hook, before.Family, d.what, of.what, w.String())
		}
	}
}
