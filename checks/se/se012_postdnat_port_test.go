package se_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/se"
)

func TestPostDNATPort(t *testing.T) { drivertest.Run(t, se.PostDNATPort) }
