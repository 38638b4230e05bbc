package nft

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// elemTexts makes the text of a million elements, of each form that a list has.
var elemTexts = []struct {
	name string
	set  ast.Set
	elem func(r *rand.Rand) string
}{
	{"ipv4", ast.Set{Key: []ast.Type{ast.TypeIPv4Addr}}, func(r *rand.Rand) string {
		return fmt.Sprintf("%d.%d.%d.%d", r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(256))
	}},
	{"ipv4-networks", ast.Set{Key: []ast.Type{ast.TypeIPv4Addr}}, func(r *rand.Rand) string {
		return fmt.Sprintf("%d.%d.%d.0/24", r.IntN(256), r.IntN(256), r.IntN(256))
	}},
	{"ipv4-ranges", ast.Set{Key: []ast.Type{ast.TypeIPv4Addr}}, func(r *rand.Rand) string {
		return fmt.Sprintf("192.0.%d.1-192.0.%d.77", r.IntN(100), r.IntN(100)+100)
	}},
	{"ipv6", ast.Set{Key: []ast.Type{ast.TypeIPv6Addr}}, func(r *rand.Rand) string {
		return fmt.Sprintf("2001:db8:%x::%x:%x", r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16))
	}},
	{"ipv4-timeouts", ast.Set{Key: []ast.Type{ast.TypeIPv4Addr}}, func(r *rand.Rand) string {
		return fmt.Sprintf("192.0.%d.%d timeout 1h expires %dm%ds", r.IntN(256), r.IntN(256), r.IntN(60), 1+r.IntN(59))
	}},
	{"concatenations", ast.Set{Key: []ast.Type{ast.TypeIPv4Addr, ast.TypeInetProto, ast.TypeInetService}}, func(r *rand.Rand) string {
		return fmt.Sprintf("192.0.%d.%d . tcp . %d", r.IntN(256), r.IntN(256), r.IntN(65536))
	}},
	{"verdicts", ast.Set{Key: []ast.Type{ast.TypeIPv4Addr}, Data: []ast.Type{ast.TypeVerdict}}, func(r *rand.Rand) string {
		return fmt.Sprintf("192.0.%d.%d : jump chain%d", r.IntN(256), r.IntN(256), r.IntN(100))
	}},
	{"ports", ast.Set{Key: []ast.Type{ast.TypeInetService}}, func(r *rand.Rand) string { return fmt.Sprint(r.IntN(65536)) }},
}

// BenchmarkElems reads a million elements. Run it with -cpu 1 to see one core's
// work. It reports how many bytes of memory stay in use for one of text.
func BenchmarkElems(b *testing.B) {
	for _, c := range elemTexts {
		r := rand.New(rand.NewPCG(1, 2))
		var text strings.Builder
		for i := range 1_000_000 {
			if i > 0 {
				text.WriteString(",\n\t\t\t")
			}
			text.WriteString(c.elem(r))
		}
		b.Run(c.name, func(b *testing.B) {
			t := text.String()
			b.SetBytes(int64(len(t)))
			b.ReportAllocs()
			for b.Loop() {
				var p ruleParser
				s := c.set
				p.parseElems(t, 1, &s, &scope{})
				if len(p.errs) > 0 || len(s.Elems) != 1_000_000 {
					b.Fatal(len(s.Elems), p.errs)
				}
			}
			b.StopTimer()
			var p ruleParser
			s := c.set
			before := inUse()
			p.parseElems(t, 1, &s, &scope{})
			b.ReportMetric(float64(inUse()-before)/float64(len(t)), "mem/text")
			runtime.KeepAlive(&s)
		})
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// ruleTexts are rules as people write them, with what varies left to chance.
var ruleTexts = []string{
	"tcp dport %d accept",
	"ip saddr 192.0.2.%d tcp dport { 22, 80, 443 } ct state new counter packets 0 bytes 0 accept",
	"ip saddr 10.0.%d.0/24 drop",
	"iifname \"eth%d\" oifname \"eth1\" ct state established,related counter accept",
	"meta l4proto udp udp dport %d log prefix \"dropped: \" drop comment \"no name servers\"",
	"ip daddr 198.51.100.%d meta mark set 0x10 jump marked",
	"ip6 saddr 2001:db8::%d tcp flags & (fin|syn|rst|ack) == syn limit rate 10/second accept",
	"icmp type { echo-request, destination-unreachable } limit rate %d/second accept",
}

func benchRules(n int) []string {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(ruleTexts[r.IntN(len(ruleTexts))], 1+r.IntN(250))
	}
	return out
}

// BenchmarkRules reads a hundred thousand rules.
func BenchmarkRules(b *testing.B) {
	rules := benchRules(100_000)
	size := 0
	for _, r := range rules {
		size += len(r) + 1
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	sc := &scope{table: &ast.Table{Family: ast.FamilyInet}}
	read := func() []*ast.Rule {
		var p ruleParser
		out := make([]*ast.Rule, 0, len(rules))
		for _, r := range rules {
			out = append(out, p.parseRule(r, 1, sc))
		}
		if len(p.errs) > 0 {
			b.Fatal(p.errs[0])
		}
		return out
	}
	for b.Loop() {
		read()
	}
	b.StopTimer()
	before := inUse()
	out := read()
	b.ReportMetric(float64(inUse()-before)/float64(size), "mem/text")
	runtime.KeepAlive(out)
}
