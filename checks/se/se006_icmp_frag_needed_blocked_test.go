package se_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/se"
)

func TestICMPFragNeededBlocked(t *testing.T) { drivertest.Run(t, se.ICMPFragNeededBlocked) }
