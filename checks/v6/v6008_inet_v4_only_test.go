package v6_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/drivertest"
	v6 "github.com/ctlint/ctlint/checks/v6"
)

func TestInetV4Only(t *testing.T) { drivertest.Run(t, v6.InetV4Only) }
