package nf_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/nf"
)

// TestExamplesLoad wants nft and the kernel to take all examples: what the checks
// find is wrong for other reasons. An interface that is not there is refused.
func TestExamplesLoad(t *testing.T) {
	for _, c := range []*check.Check{nf.PriorityConflict, nf.MissingFlush, nf.FlushRulesetWide, nf.NatChainFiltering, nf.ReservedName} {
		for i, e := range append(append([]check.Example{}, c.Bad...), c.Good...) {
			err := drivertest.Restore(t, "nft", e)
			switch missing := c == nf.ReservedName && i == 1; {
			case missing && err == nil:
				t.Errorf("%s: nft takes an interface that is not there\n%s", c.Slug, e.Text)
			case !missing && err != nil && !(c == nf.ReservedName && i == 0): // newer versions refuse that name
				t.Errorf("%s: %v\n%s", c.Slug, err, e.Text)
			}
		}
	}
}
