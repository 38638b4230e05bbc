package rd_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/rd"
)

func TestUnusedChain(t *testing.T) { drivertest.Run(t, rd.UnusedChain) }
