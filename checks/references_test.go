package checks_test

import (
	"path/filepath"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/syntax"
	"github.com/ctlint/ctlint/checks/unit"
)

// known are the warnings that a reference does deserve.
var known = map[string]string{
	// It accepts by port whatever the state, and leaves INVALID packets in.
	"fedora-main.nft": "CT006",
}

// TestReferences runs all checks over rulesets after well-known references: who
// follows them must hear of infos at most.
func TestReferences(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "fixtures", "references", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if filepath.Ext(f) == ".md" {
			continue
		}
		n++
		t.Run(filepath.Base(f), func(t *testing.T) {
			r, err := driver.Run([]unit.Unit{{Files: []string{f}}}, driver.Options{Checks: append(checks.All(), syntax.Check)})
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range r.Errors {
				t.Error(err)
			}
			for _, x := range r.Findings {
				if x.Severity > check.Info && known[filepath.Base(f)] != x.Code {
					t.Errorf("%v: %v: %s %s", x.Pos, x.Severity, x.Code, x.Message)
				}
			}
		})
	}
	if n == 0 {
		t.Error("there are no references")
	}
}
