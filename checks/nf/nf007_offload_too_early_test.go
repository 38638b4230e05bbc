package nf_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/nf"
)

func TestOffloadTooEarly(t *testing.T) { drivertest.Run(t, nf.OffloadTooEarly) }
