package ct_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/ct"
	"github.com/ctlint/ctlint/checks/drivertest"
)

func TestLossyCtstate(t *testing.T) { drivertest.Run(t, ct.LossyCtstate) }
