package ext

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

func TestListGrammar(t *testing.T) {
	one := func(lo string, at int) listElem { return listElem{lo: lo, at: at} }
	for _, c := range []struct {
		g    *listGrammar
		text string
		want []listElem // nil: refused
	}{
		{pairList, "22", []listElem{one("22", 0)}},
		{pairList, "22,80:90", []listElem{one("22", 0), {lo: "80", at: 3, hi: "90", hiAt: 6, pair: true}}},
		{pairList, ":5,6:", []listElem{{hi: "5", hiAt: 1, pair: true}, {lo: "6", at: 3, hiAt: 5, pair: true}}},
		{pairList, ":", []listElem{{hiAt: 1, pair: true}}},
		{pairList, "", nil},
		{pairList, "1,", nil},
		{pairList, ",1", nil},
		{pairList, "1,,2", nil},
		{pairList, "1:2:3", nil},
		{plainList, "::1,::2", []listElem{one("::1", 0), one("::2", 4)}},
		{looseList, ",a,,b:c,", []listElem{one("a", 1), one("b:c", 4)}},
		{looseList, ",", nil},
		{looseList, "", nil},
		{chunkList, "DATA:Be,,INIT", []listElem{{lo: "DATA", hi: "Be", hiAt: 5, pair: true}, one("INIT", 9)}},
	} {
		for range 2 { // the second time what was read the first
			got, err := c.g.read(Word{Text: c.text, Span: ast.Span{From: 1, To: uint32(1 + len(c.text))}}, "an element", nil)
			if (err != nil) != (c.want == nil) || err == nil && !reflect.DeepEqual(got, c.want) {
				t.Errorf("%q reads as %+v, %v; want %+v", c.text, got, err, c.want)
			}
		}
	}
}

// TestListKept reads many lists from several goroutines: what is kept must stay
// bounded.
func TestListKept(t *testing.T) {
	g := newList(':')
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range maxSeen {
				text := fmt.Sprintf("%d,%d:%d", i, w, i)
				got, err := g.read(Word{Text: text}, "", nil)
				if err != nil || len(got) != 2 || got[0].lo != fmt.Sprint(i) {
					t.Errorf("%q reads as %+v, %v", text, got, err)
				}
			}
		})
	}
	wg.Wait()
	if len(g.seen) > maxSeen {
		t.Errorf("%d lists are kept; want at most %d", len(g.seen), maxSeen)
	}
}

// FuzzList holds the fast path to the grammar: what it splits, the grammar splits
// alike.
func FuzzList(f *testing.F) {
	for _, s := range []string{"1,2:3", "ssh", "1:2:3", ",", "1,", ":", "1:,2", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, g := range []*listGrammar{newList(':'), newList(0), newLooseList(0)} {
			var buf [fewElems]listElem
			fast, ok := g.split(buf[:0], text)
			if !ok {
				continue
			}
			want, err := g.read(Word{Text: text}, "", nil)
			if err != nil || !reflect.DeepEqual(fast, want) {
				t.Errorf("%q: the fast path splits it into %+v, the grammar into %+v, %v", text, fast, want, err)
			}
		}
	})
}
