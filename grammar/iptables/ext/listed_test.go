package ext

import (
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
)

// show writes words with those that nothing explains in ‹›.
func show(words []Word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch {
		case w.Opaque:
			b.WriteString("‹" + w.Text + "›")
		case strings.ContainsAny(w.Text, " \t\"") || w.Text == "":
			b.WriteString("[" + w.Text + "]")
		default:
			b.WriteString(w.Text)
		}
	}
	return b.String()
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		name, text, words string
		proto             uint8
	}{
		{name: "nothing", text: "", words: ""},
		{name: "a port", proto: ProtoTCP, text: "tcp dpt:22", words: "-m tcp --dport 22"},
		{name: "a service", proto: ProtoTCP, text: "tcp dpt:ssh", words: "-m tcp --dport ssh"},
		{name: "the heading stands once", proto: ProtoTCP, text: "tcp spt:1 dpts:2:3 flags:0x17/0x02", words: "-m tcp --sport 1 --dport 2:3 --tcp-flags 0x17 0x02"},
		{name: "the heading alone", proto: ProtoTCP, text: "tcp state NEW", words: "-m tcp -m state --state NEW"},
		{name: "the heading again is another match", proto: ProtoTCP, text: "tcp spt:1 tcp dpt:2", words: "-m tcp --sport 1 -m tcp --dport 2"},
		{name: "negated value", proto: ProtoUDP, text: "udp spts:!1:2 dpt:!53", words: "-m udp ! --sport 1:2 ! --dport 53"},
		{name: "negated flags", proto: ProtoTCP, text: "tcp flags:!FIN,SYN/SYN option=!5", words: "-m tcp ! --tcp-flags FIN,SYN SYN ! --tcp-option 5"},
		{name: "negated form", text: "! state NEW", words: "-m state ! --state NEW"},
		{name: "flags without a blank", proto: ProtoTCP, text: "state NEW tcp dpt:9050flags: FIN,SYN/SYN", words: "-m state --state NEW -m tcp --dport 9050 --tcp-flags FIN,SYN SYN"},
		{name: "flags without ports or blanks", proto: ProtoTCP, text: "tcpflags: 0x17/0x02 state NEW", words: "-m tcp --tcp-flags 0x17 0x02 -m state --state NEW"},
		{name: "both ports and flags without a blank", proto: ProtoTCP, text: "tcp spt:20 dpts:1024:65535flags: 0x17/0x02", words: "-m tcp --sport 20 --dport 1024:65535 --tcp-flags 0x17 0x02"},
		{name: "another protocol's form", proto: ProtoUDP, text: "tcp dpt:22", words: "‹tcp dpt:22›"},
		{name: "comment", text: "/* a  b */ state NEW", words: "-m comment --comment [a  b] -m state --state NEW"},
		{name: "comment with its own end in it", text: "/* a */ b */", words: "-m comment --comment [a */ b]"},
		{name: "two comments", text: "/* a */ /* b */", words: "-m comment --comment a -m comment --comment b"},
		{name: "empty comment", text: "/*  */", words: "-m comment --comment []"},
		{name: "comment with blanks at its ends", text: "/*  x  */", words: "-m comment --comment [ x ]"},
		{name: "comment like an option", text: "/* -j DROP */", words: "-m comment --comment [-j DROP]"},
		{name: "what goes on with the match before", text: "policy match dir in pol ipsec proto 50", words: "-m policy --dir in --pol ipsec --proto 50"},
		{name: "negated, going on with the match before", text: "policy match dir in pol ipsec strict [0] ! reqid 3 [1] ! spi 0x10", words: "-m policy --dir in --pol ipsec --strict ! --reqid 3 --next ! --spi 0x10"},
		{name: "unknown text", text: "foo bar state NEW baz", words: "‹foo bar› -m state --state NEW ‹baz›"},
		{name: "a form cut off", proto: ProtoTCP, text: "tcp dpt:22 state", words: "-m tcp --dport 22 ‹state›"},
		{name: "no blank where the form has one", text: "stateNEW", words: "‹stateNEW›"},
		{name: "comment without an end", text: "/* a b", words: "‹/* a b›"},
	} {
		t.Run(c.name, func(t *testing.T) {
			const base = 100
			words, _, unknown := Explain(&Context{Family: ast.FamilyIP, Proto: c.proto, Listing: true}, c.text, base, nil)
			if got := show(words); got != c.words {
				t.Errorf("\n got %s\nwant %s", got, c.words)
			}
			for _, w := range words {
				if w.From < base || int(w.To) > base+len(c.text) || w.From >= w.To && w.Text != "" {
					t.Errorf("%q has the span %d-%d of a text of %d bytes", w.Text, w.From-base, w.To-base, len(c.text))
				} else if s := c.text[w.From-base : w.To-base]; (w.Opaque || w.Quoted) && s != w.Text {
					t.Errorf("%q has the span of %q", w.Text, s)
				}
			}
			if n := strings.Count(c.words, "‹"); n != len(unknown) {
				t.Errorf("%d pieces are not explained; expected %d", len(unknown), n)
			}
		})
	}
}

// TestForms takes all declared forms apart, which panics where one is not well
// made, and explains each by itself.
func TestForms(t *testing.T) {
	for _, family := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		fs := formsOf(family)
		all := fs.matches
		for _, list := range fs.targets {
			all = append(all, list...)
		}
		if len(all) == 0 {
			t.Fatal("no extension declares a form")
		}
		for _, f := range all {
			var text strings.Builder
			for _, p := range f.parts {
				switch p.kind {
				case partText:
					text.WriteString(p.lit)
				case partBlank, partOne:
					text.WriteByte(' ')
				default:
					text.WriteByte('1')
				}
			}
			c := Context{Family: family, Listing: true}
			if len(f.ext.Protos) > 0 {
				c.Proto = f.ext.Protos[0]
			}
			var target *Ext
			if f.ext.Target {
				target = f.ext
			}
			if _, _, unknown := Explain(&c, text.String(), 1, target); len(unknown) > 0 {
				t.Errorf("%s %s: the form does not explain its own text %q", family, f.ext.Name, text.String())
			}
		}
	}
}

// TestExplainTarget holds forms of a target against the text of a match: the
// matches stand first, and what follows the target is the target's.
func TestExplainTarget(t *testing.T) {
	e := &Ext{Name: "TEST", Target: true, Family: Both, Options: []Option{
		{Name: "prefix", Arg: Text(0)}, {Name: "level", Arg: Uint(0, 7)}, {Name: "mark", Arg: Uint(0, 9), Not: true},
	}, index: map[string]int{"prefix": 0, "level": 1, "mark": 2}}
	fs := *formsOf(ast.FamilyIP)
	var list []*form
	for _, l := range []Listed{{"TEST level $1", "--level $1"}, {`TEST prefix "$1"`, "-j TEST --prefix $1"}, {"TEST mark 0x$1/$2", "--mark $1"}, {"state $1", "--level $1"}, {"rest $1*", "--prefix $1"}} {
		list = append(list, parseForm(e, l))
	}
	for _, c := range []struct{ text, matches, targets string }{
		{"state NEW TEST level 7", "-m state --state NEW", "--level 7"},
		{"TEST level 7 state 3", "", "--level 7 --level 3"},
		{`TEST level 7 prefix "a "b" c: "`, "", `--level 7 --prefix [a "b" c: ]`},
		{`TEST prefix "-j X"`, "", "--prefix [-j X]"},
		{"TEST mark !0x3/3", "‹TEST mark !0x3/3›", ""},
		{"TEST mark 0x!3/3", "", "! --mark 3"},
		{"! TEST mark 0x3/3", "", "! --mark 3"},
		{"! TEST level 7", "‹!›", "--level 7"}, // --level cannot be negated
		{"rest of it  all", "", "--prefix [of it  all]"},
	} {
		x := explainer{ctx: &Context{Family: ast.FamilyIP}, text: c.text, base: 1, forms: &fs, target: list, memo: map[spot]choice{}}
		x.best(spot{})
		m, g, _ := x.words()
		if show(m) != c.matches || show(g) != c.targets {
			t.Errorf("%s\n got %s | %s\nwant %s | %s", c.text, show(m), show(g), c.matches, c.targets)
		}
	}
}
