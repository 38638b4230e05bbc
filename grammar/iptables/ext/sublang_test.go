package ext

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestLanguages keeps languages.ebnf, which people read, equal to the grammars
// that the parsers of arguments are built from.
func TestLanguages(t *testing.T) {
	var b strings.Builder
	for i, l := range []struct {
		what    string
		grammar fmt.Stringer
	}{
		{rateLanguage.what, rateLanguage.parser}, {byteRateLanguage.what, byteRateLanguage.parser}, {bitRateLanguage.what, bitRateLanguage.parser},
		{dateLanguage.what, dateLanguage.parser}, {clockLanguage.what, clockLanguage.parser}, {dayLanguage.what, dayLanguage.parser},
		{hexLanguage.what, hexLanguage.parser}, {u32Language.what, u32Language.parser},
		{natToLanguage.what, natToLanguage.parser}, {natPortsLanguage.what, natPortsLanguage.parser},
	} {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("(* " + l.what + " *)\n" + l.grammar.String() + "\n")
	}
	const name = "languages.ebnf"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("%s is not up to date: go test ./grammar/iptables/ext -update\ngot\n%s", name, b.String())
	}
}

// TestLanguageErrors points at the place of an error in a word.
func TestLanguageErrors(t *testing.T) {
	for _, c := range []struct {
		text     string
		from, to uint32 // in the word
	}{
		{"0=1&&0=1x", 8, 9},
		{"0=1,,2", 4, 5},
		{"0=0x123456789", 2, 13},
		{"0>>99=1", 3, 5},
		{"0=", 1, 2},
	} {
		w := Word{Text: c.text}
		w.From, w.To = 10, 10+uint32(len(c.text))
		var v Value
		err := u32Arg.Parse(nil, []Word{w}, &v)
		if err == nil || err.From-10 != c.from || err.To-10 != c.to {
			t.Errorf("%s: %v at %+v; expected %d to %d", c.text, err, err.Span, c.from, c.to)
		}
	}
}

// TestLanguageMemory reads more texts than are kept, by several at once.
func TestLanguageMemory(t *testing.T) {
	done := make(chan error)
	for range 4 {
		go func() {
			for i := range 3 * maxMemo {
				text := fmt.Sprintf("%d=1", i)
				var v Value
				if err := u32Arg.Parse(nil, []Word{{Text: text}}, &v); err != nil {
					done <- err
					return
				} else if want := fmt.Sprintf("0x%x=0x1", i); v.Text != want {
					done <- fmt.Errorf("%s is %s", text, v.Text)
					return
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(u32Language.trees.made); n > maxMemo {
		t.Errorf("%d trees are kept; expected at most %d", n, maxMemo)
	}
}
