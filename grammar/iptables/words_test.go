package iptables

import (
	"slices"
	"strings"
	"testing"
)

// FuzzFastPath holds the fast path to the reference grammar: what the fast path
// takes, the grammar takes alike.
func FuzzFastPath(f *testing.F) {
	for _, s := range []string{
		`-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT`,
		`-A INPUT -m comment --comment "a b" -j ACCEPT`,
		`-A INPUT ! -i lo -s ! 192.0.2.1 -j LOG --log-prefix "x\"y: "`,
		`-A INPUT -m comment --comment "" -j`, `-A !`, `! !`, `"-A" INPUT`, `-A "INPUT`, `-A a"b c"d`, "-A \x00", "-A\tINPUT ", ``, ` `, `-`, `- -A`, `! "!" -j`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.Contains(line, "\n") {
			return
		}
		words, ok := splitWords(nil, line, 1)
		for _, w := range words {
			if int(w.To-w.From) < len(w.Text) || int(w.To)-1 > len(line) {
				t.Fatalf("word %q has span %v in a line of %d bytes", w.Text, w.Span, len(line))
			}
		}
		ref, err := parseReference(nil, line, 1)
		if ok && err != nil {
			t.Fatalf("the fast path takes %q, the reference says %v", line, err)
		}
		if ok && !slices.Equal(words, ref) {
			t.Fatalf("%q\nfast path %+v\nreference %+v", line, words, ref)
		}
		if err != nil && (err.From < 1 || int(err.To) > len(line)+1 || err.From > err.To) {
			t.Fatalf("%q: error %v at %v", line, err, err.Span)
		}
	})
}

func TestReferenceErrors(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`INPUT -j ACCEPT`, `1-6: unexpected INPUT; expected an option, such as -s, -p, -m or -j`},
		{`-A INPUT -m comment --comment "x`, `31-33: the quote is not closed; expected a " before the end of the line`},
		{`-A INPUT !`, `10-11: the line ends too early`},
		{"-A IN\x00PUT", `6-7: a NUL byte; expected text`},
	} {
		t.Run(c.line, func(t *testing.T) {
			_, err := parseReference(nil, c.line, 1)
			if err == nil {
				t.Fatal("no error")
			}
			if got := spanText(err.From, err.To) + ": " + err.Error(); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
