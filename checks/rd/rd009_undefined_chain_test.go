package rd_test

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/rd"
)

func TestUndefinedChain(t *testing.T) { drivertest.Run(t, rd.UndefinedChain) }

// TestUndefinedChainKernel asks the stock tools whether what the check says of
// its examples is true.
func TestUndefinedChainKernel(t *testing.T) {
	for _, variant := range drivertest.Variants {
		for _, e := range rd.UndefinedChain.Bad {
			if err := drivertest.Restore(t, variant, e); err == nil {
				t.Errorf("%s takes the bad example\n%s", variant, e.Text)
			}
		}
		for _, e := range rd.UndefinedChain.Good {
			if err := drivertest.Restore(t, variant, e); err != nil {
				t.Errorf("%s refuses the good example: %v", variant, err)
			}
		}
	}
	for _, e := range rd.UndefinedChain.Bad {
		if !strings.HasPrefix(e.File, "rules.v") {
			continue // nft -c does tell
		}
		if err := drivertest.Restore(t, "nft", e, "--test"); err != nil {
			t.Errorf("iptables-nft-restore --test tells: %v", err)
		}
	}
}
