package nf_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/nf"
)

func TestAcceptNotFinal(t *testing.T) { drivertest.Run(t, nf.AcceptNotFinal) }
