package se_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/se"
)

func TestWrongTableTarget(t *testing.T) { drivertest.Run(t, se.WrongTableTarget) }

// TestWrongTableTargetKernel asks the stock tools and the kernel whether they
// refuse the bad examples.
func TestWrongTableTargetKernel(t *testing.T) {
	for _, variant := range drivertest.Variants {
		for _, e := range se.WrongTableTarget.Bad {
			if err := drivertest.Restore(t, variant, e); err == nil {
				t.Errorf("%s takes the bad example\n%s", variant, e.Text)
			}
		}
		for _, e := range se.WrongTableTarget.Good {
			if err := drivertest.Restore(t, variant, e); err != nil {
				t.Errorf("%s refuses the good example: %v", variant, err)
			}
		}
	}
}
