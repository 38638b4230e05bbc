package ct_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/drivertest"
)

// TestExamplesLoad wants the kernel to take all examples: what the checks find is
// wrong for other reasons.
func TestExamplesLoad(t *testing.T) {
	for _, c := range checks.All() {
		if c.Family() != "CT" {
			continue
		}
		for _, e := range append(append([]check.Example{}, c.Bad...), c.Good...) {
			if !strings.HasPrefix(e.File, "rules.") {
				continue
			}
			if err := drivertest.Restore(t, "legacy", e); err != nil {
				t.Errorf("%s: %v\n%s", c.Slug, err, e.Text)
			}
		}
	}
}
