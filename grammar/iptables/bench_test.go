package iptables_test

import (
	"bytes"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/fixtures/gen"
	"github.com/ctlint/ctlint/grammar/iptables"
)

// BenchmarkSave parses a save file of 100,000 rules, all the way to the model.
// Run it with -cpu 1 to see one core's work.
func BenchmarkSave(b *testing.B) {
	for _, c := range []struct {
		name   string
		family ast.Family
	}{{"ipv4", ast.FamilyIP}, {"ipv6", ast.FamilyIP6}} {
		b.Run(c.name, func(b *testing.B) {
			var buf bytes.Buffer
			if err := (gen.Config{Rules: 100_000, Seed: 1, IPv6: c.family == ast.FamilyIP6}).Save(&buf); err != nil {
				b.Fatal(err)
			}
			text := buf.String()
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if f := iptables.Parse("rules", text, iptables.Save, c.family, 1); len(f.Errors) > 0 {
					b.Fatal(f.Errors[0])
				}
			}
		})
	}
}

// BenchmarkFormat prints the same file in canonical form.
func BenchmarkFormat(b *testing.B) {
	var buf bytes.Buffer
	if err := gen.Save(&buf, 100_000, 1); err != nil {
		b.Fatal(err)
	}
	f := iptables.Parse("rules", buf.String(), iptables.Save, ast.FamilyIP, 1)
	b.SetBytes(int64(buf.Len()))
	for b.Loop() {
		if f.Format() == nil {
			b.Fatal(f.Errors[0])
		}
	}
}
