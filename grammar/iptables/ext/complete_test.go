package ext_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// Every option alone, with and without sense: an extension's functions must not
// stumble over what a line with errors lacks.
func TestIncompleteUses(t *testing.T) {
	for _, e := range ext.All() {
		load := "-m "
		if e.Target {
			load = "-j "
		}
		rules := []string{load + e.Name}
		for _, o := range e.Options {
			for _, arg := range []string{"1", "x", "1,2", "192.0.2.1", `""`} {
				words := " --" + o.Name
				if o.Arg != nil {
					words += strings.Repeat(" "+arg, o.Arg.N())
				}
				rules = append(rules, load+e.Name+words, load+e.Name+" !"+words)
			}
		}
		for _, r := range rules {
			for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
				if ext.Find(e.Name, e.Target, f) != e {
					continue
				}
				lowered, text, errs := iptables.ParseRule("-A INPUT "+r, "filter", f)
				if len(lowered) != 1 || text == "" {
					t.Errorf("%s: %d rules, %q, %v", r, len(lowered), text, errs)
				}
			}
		}
	}
}
