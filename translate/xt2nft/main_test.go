package xt2nft_test

import (
	"os"
	"testing"

	"github.com/ctlint/ctlint/backend/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}
