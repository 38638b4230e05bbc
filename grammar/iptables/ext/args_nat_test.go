package ext

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// TestNATFastPath holds the fast path against the grammar.
func TestNATFastPath(t *testing.T) {
	taken := 0
	for _, addr := range []string{"", "192.0.2.1", "192.0.02.1", "192.0.2", "2001:db8::1", "::", "fe80::1%lo", "[2001:db8::1]", "192.0.2.1-192.0.2.9"} {
		for _, port := range []string{"", ":", ":0", ":1", ":080", ":65535", ":65536", ":0x50", ":+80", ":ssh", ":1-2", ":1-2/3", ":99999999999999999999"} {
			for _, v6 := range []bool{false, true} {
				w := Word{Text: addr + port}
				fast, ok := plainNAT(w.Text, v6)
				if !ok {
					continue
				}
				taken++
				slow, err := readNATGrammar(w, v6)
				if err != nil || slow != fast {
					t.Errorf("%q v6=%v: the fast path gives %+v, the grammar %+v %v", w.Text, v6, fast, slow, err)
				}
			}
		}
	}
	if taken < 6 {
		t.Errorf("the fast path took %d words", taken)
	}
}

// TestNATErrorsPoint checks that an error points at what is wrong.
func TestNATErrorsPoint(t *testing.T) {
	for _, c := range []struct{ text, at string }{
		{"192.0.2.1:80-99999", "99999"},
		{"192.0.2.1:ssj", "ssj"},
		{"192.0.2.300", "192.0.2.300"},
		{"192.0.2.1-2001:db8::1", "2001:db8::1"},
		{"192.0.2.1:1-2/0", "0"},
		{"192.0.2.1;80", ";80"},
	} {
		w := Word{Span: ast.Span{From: 100, To: 100 + uint32(len(c.text))}, Text: c.text}
		var v Value
		err := natDestination.Parse(&Context{Family: ast.FamilyIP, Proto: ProtoTCP}, []Word{w}, &v)
		if err == nil {
			t.Errorf("%s: no error", c.text)
			continue
		}
		if got := c.text[err.From-100 : err.To-100]; got != c.at && !strings.HasPrefix(c.at, got) {
			t.Errorf("%s: the error %q is at %q, expected %q", c.text, err, got, c.at)
		}
	}
}

func BenchmarkNAT(b *testing.B) {
	for _, text := range []string{"192.0.2.1:80", "192.0.2.1-192.0.2.9:80-90"} {
		b.Run(text, func(b *testing.B) {
			c := &Context{Family: ast.FamilyIP, Proto: ProtoTCP}
			for b.Loop() {
				var v Value
				if err := natDestination.Parse(c, []Word{{Text: text}}, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("new ranges", func(b *testing.B) {
		c := &Context{Family: ast.FamilyIP, Proto: ProtoTCP}
		for i := 0; b.Loop(); i++ {
			var v Value
			if err := natDestination.Parse(c, []Word{{Text: fmt.Sprintf("192.0.2.1-192.0.2.9:%d-65535", i%65535)}}, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
