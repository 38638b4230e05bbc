package checks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/unit"
)

// large returns a save file with n rules in a thousand chains.
func large(n int) []byte {
	var b strings.Builder
	b.WriteString("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n")
	const chains = 1000
	for i := range chains {
		fmt.Fprintf(&b, ":net-%04d - [0:0]\n", i)
	}
	b.WriteString("-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT\n-A INPUT -m state --state INVALID -j DROP\n-A INPUT -i lo -j ACCEPT\n")
	b.WriteString("-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT\n-A FORWARD -m state --state INVALID -j DROP\n")
	for i := range chains {
		fmt.Fprintf(&b, "-A FORWARD -s 10.%d.%d.0/24 -j net-%04d\n", i/256, i%256, i)
	}
	for i := range n - chains {
		fmt.Fprintf(&b, "-A net-%04d -s 10.%d.%d.%d/32 -d 198.51.%d.%d/32 -p tcp -m tcp --dport %d -m state --state NEW -m comment --comment \"ticket %d\" -j ACCEPT\n",
			i%chains, i%chains/256, i%chains%256, i/chains%256, i/256%256, i%256, 1+i*7%65535, i)
	}
	b.WriteString("COMMIT\n")
	return []byte(b.String())
}

// BenchmarkLint lints a hundred thousand rules: reading them, with no check,
// with each check alone, and with all.
func BenchmarkLint(b *testing.B) {
	text := large(100_000)
	lint := func(b *testing.B, o driver.Options) {
		o.Overlay = map[string][]byte{"rules.v4": text}
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			r, err := driver.Run([]unit.Unit{{Files: []string{"rules.v4"}}}, o)
			if err != nil || len(r.Errors) > 0 || r.Files[0].Faults > 0 {
				b.Fatal(err, r.Errors, r.Findings)
			}
		}
	}
	b.Run("none", func(b *testing.B) { lint(b, driver.Options{}) })
	for _, c := range checks.All() {
		b.Run(c.Slug, func(b *testing.B) { lint(b, driver.Options{Checks: append(checks.All()[:0:0], c)}) })
	}
	b.Run("all", func(b *testing.B) { lint(b, driver.Options{Checks: checks.All()}) })
}
