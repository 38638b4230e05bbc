package su_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/su"
)

func TestUnusedSuppression(t *testing.T) { drivertest.Run(t, su.UnusedSuppression) }
