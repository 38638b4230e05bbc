package iptables

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
)

// manyCommands returns a file of n command lines.
func manyCommands(n int, prefix string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s-A INPUT -s 192.0.%d.%d/32 -p tcp -m tcp --dport %d -m comment --comment \"rule %d\" -j ACCEPT\n", prefix, i>>8&255, i&255, i&65535, i)
	}
	return b.String()
}

// A file of a hundred thousand command lines is read in seconds, whichever way
// they are written.
func TestManyCommands(t *testing.T) {
	n := 20_000
	if raced {
		n /= 10 // the race detector is slow, and has seen all by then
	}
	for _, c := range []struct{ name, text string }{
		{"plain", manyCommands(5*n, "iptables ")},
		{"by a variable", "IPT=iptables\n" + manyCommands(n, "$IPT ")},
		{"iptables -S", manyCommands(5*n, "")},
		{"inserted", strings.ReplaceAll(manyCommands(n, "iptables "), "-A", "-I")},
		{"deleted again", manyCommands(n/2, "iptables ") + strings.ReplaceAll(manyCommands(n/2, "iptables "), "-A", "-D") + manyCommands(n, "iptables ")},
		{"a here-document", "iptables-restore <<EOF\n*filter\n" + manyCommands(n, "") + "COMMIT\nEOF\n"},
		{"a loop", "for a in {0.." + strconv.Itoa(n/200-1) + "}; do for b in {0..199}; do iptables -A INPUT -s 10.0.$((a / 2)).$((b / 2)) -j DROP; done; done\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			f := Parse("x", c.text, Commands, ast.FamilyIP, 1)
			d := time.Since(start)
			for _, e := range f.Errors[:min(3, len(f.Errors))] {
				t.Error(e)
			}
			if got := len(f.Ruleset.Tables[0].Chains[0].Rules); got != n && got != 5*n {
				t.Errorf("%d rules", got)
			}
			lines := 0
			start = time.Now()
			for range f.Lines {
				lines++
			}
			t.Logf("%v to read, %v to read %d lines again", d, time.Since(start), lines)
			if d > 20*time.Second {
				t.Errorf("it took %v", d)
			}
		})
	}
}

// Loops that make more commands than make sense are given up, with a message,
// and the rest of the script is read.
func TestTooManyCommands(t *testing.T) {
	text := "for a in {0..999}; do for b in {0..999}; do iptables -A INPUT -s 10.0.$((a / 4)).$((b / 4)); done; done\niptables -A OUTPUT -j DROP\n"
	f := Parse("x", text, Commands, ast.FamilyIP, 1)
	if len(f.Errors) != 2 || !strings.Contains(f.Errors[0].Error(), "more than 100000 command lines") {
		t.Errorf("errors %s", errorsOf(f))
	}
	filter := f.Ruleset.Table(ast.FamilyIP, "filter")
	if in, out := len(filter.Chain("INPUT").Rules), len(filter.Chain("OUTPUT").Rules); in < maxCommands || in > maxCommands+1 || out != 1 {
		t.Errorf("%d and %d rules", in, out)
	}
}

func BenchmarkCommands(b *testing.B) {
	text := manyCommands(100_000, "iptables ")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse("x", text, Commands, ast.FamilyIP, 1)
	}
}

func BenchmarkDump(b *testing.B) {
	text := manyCommands(100_000, "")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse("x", text, Commands, ast.FamilyIP, 1)
	}
}
