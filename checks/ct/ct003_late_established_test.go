package ct_test

import (
	"path/filepath"
	"testing"

	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/ct"
	"github.com/ctlint/ctlint/checks/drivertest"
)

func TestLateEstablished(t *testing.T) { drivertest.Run(t, ct.LateEstablished) }

// TestLateEstablishedOfThree lets no more than three rules stand above.
func TestLateEstablishedOfThree(t *testing.T) {
	c := config.Default()
	c.LateEstablished = 3
	drivertest.Test{Check: ct.LateEstablished, Config: c, Fixtures: filepath.Join("testdata", "late-three")}.Run(t)
}
