package sample

import (
	"fmt"
	"testing"
)

func TestTake(t *testing.T) {
	t.Setenv("CTLINT_FULL", "")
	for _, n := range []int{1, 2, 3, 8} {
		taken := 0
		for i := range 10000 {
			name := fmt.Sprintf("fixtures/rules%d.nft", i)
			first := Take(name, n)
			if first {
				taken++
			}
			if Take(name, n) != first {
				t.Fatalf("%s is taken and is not", name)
			}
		}
		if want := 10000 / n; taken < want*9/10 || taken > want*11/10 {
			t.Errorf("%d of 10000 cases are taken; expected about %d", taken, want)
		}
	}
	t.Setenv("CTLINT_FULL", "1")
	for i := range 100 {
		if !Take(fmt.Sprint(i), 10) {
			t.Fatal("with CTLINT_FULL=1, a case is left out")
		}
	}
}
