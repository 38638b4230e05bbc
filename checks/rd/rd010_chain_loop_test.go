package rd_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/rd"
	"github.com/ctlint/ctlint/checks/unit"
)

func TestChainLoop(t *testing.T) { drivertest.Run(t, rd.ChainLoop) }

// TestChainLoopKernel asks the kernel whether it refuses circles, and those alone
// to which packets come.
func TestChainLoopKernel(t *testing.T) {
	unreached := check.Example{File: "rules.v4", Text: "*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n:b - [0:0]\n-A a -j b\n-A b -j a\nCOMMIT\n"}
	for _, variant := range drivertest.Variants {
		for _, e := range rd.ChainLoop.Bad {
			if err := drivertest.Restore(t, variant, e); err == nil {
				t.Errorf("%s takes the bad example\n%s", variant, e.Text)
			}
			if err := drivertest.Restore(t, variant, e, "--test"); err != nil {
				t.Errorf("%s --test tells: %v", variant, err)
			}
		}
		if err := drivertest.Restore(t, variant, unreached); err != nil {
			t.Errorf("%s refuses a circle to which no packet comes: %v", variant, err)
		}
	}
}

// TestChainLoopLarge has circles that are many, and long.
func TestChainLoopLarge(t *testing.T) {
	const n = 5000
	for name, shape := range map[string]func(i int) string{
		"one long circle": func(i int) string { return fmt.Sprintf("-A c%d -j c%d\n", i, (i+1)%n) },
		"many circles on one way": func(i int) string {
			return fmt.Sprintf("-A c%d -j c%d\n-A c%d -j c%d\n", i, (i+1)%n, i, i/2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("*filter\n:INPUT DROP [0:0]\n")
			for i := range n {
				fmt.Fprintf(&b, ":c%d - [0:0]\n", i)
			}
			b.WriteString("-A INPUT -j c0\n")
			for i := range n {
				b.WriteString(shape(i))
			}
			b.WriteString("COMMIT\n")
			start := time.Now()
			r, err := driver.Run([]unit.Unit{{Files: []string{"rules.v4"}}}, driver.Options{
				Checks: []*check.Check{rd.ChainLoop}, Overlay: map[string][]byte{"rules.v4": []byte(b.String())},
			})
			if err != nil || len(r.Errors) > 0 || len(r.Findings) == 0 {
				t.Fatal(err, r.Errors, len(r.Findings))
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if f := r.Findings[0]; len(f.Message) > 500 || len(f.Related) > 20 {
				t.Errorf("a message of %d bytes and %d places", len(f.Message), len(f.Related))
			}
		})
	}
}
