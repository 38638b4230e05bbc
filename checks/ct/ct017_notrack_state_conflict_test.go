package ct_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/ct"
	"github.com/ctlint/ctlint/checks/drivertest"
)

func TestNotrackStateConflict(t *testing.T) { drivertest.Run(t, ct.NotrackStateConflict) }
