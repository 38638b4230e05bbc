package rd_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/rd"
)

func TestShadowedRule(t *testing.T) { drivertest.Run(t, rd.ShadowedRule) }
