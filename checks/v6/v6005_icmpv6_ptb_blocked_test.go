package v6_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	v6 "github.com/ctlint/ctlint/checks/v6"
)

func TestICMPv6PTBBlocked(t *testing.T) { drivertest.Run(t, v6.ICMPv6PTBBlocked) }
