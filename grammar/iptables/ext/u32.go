package ext

import (
	"strconv"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/grammar"
)

// u32Tests is the argument of --u32 (iptables-extensions(8), u32): tests that
// all must hold.
type u32Tests struct {
	Tests []*u32Test `parser:"@@ ( And @@ )*"`
}

// u32Test looks where Start and Steps lead, and takes a number in one of Ranges.
type u32Test struct {
	Start  lexer.Token `parser:"@Number"`
	Steps  []*u32Step  `parser:"@@*"`
	Ranges []*u32Range `parser:"Equals @@ ( Comma @@ )*"`
}

type u32Step struct {
	Op     string      `parser:"@Op"`
	Number lexer.Token `parser:"@Number"`
}

type u32Range struct {
	Lo lexer.Token  `parser:"@Number"`
	Hi *lexer.Token `parser:"( Colon @Number )?"`
}

const u32What = "tests such as 0>>22&0x3C@4=0x1:0x5, joined by &&"

var u32Language = newLanguage[u32Tests](u32What, lexer.MustSimple([]lexer.SimpleRule{
	{Name: "blanks", Pattern: `[ \t\n\v\f\r]+`},
	{Name: "Number", Pattern: `\+?(0[xX][0-9a-fA-F]+|[0-9]+)`},
	{Name: "And", Pattern: `&&`},
	{Name: "Op", Pattern: `&|<<|>>|@`},
	{Name: "Equals", Pattern: `=`},
	{Name: "Comma", Pattern: `,`},
	{Name: "Colon", Pattern: `:`},
}))

// u32Max is how many tests, numbers of a place and ranges there may be
// (XT_U32_MAXSIZE - 1).
const u32Max = 10

// u32Arg is the argument of --u32 (Value.Text: its canonical form).
var u32Arg = &Arg{
	What: u32What,
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		tree, err := u32Language.parse(w[0])
		if err != nil {
			return err
		}
		p := u32Printer{w: w[0]}
		p.tests(tree)
		v.Text = string(p.text)
		return p.err
	},
	Save: func(p *Printer, v *Value) { p.Word(`"` + v.Text + `"`) },
}

// The u32 match (iptables-extensions(8), u32) compares numbers found in the
// packet. Releases before 1.4.6 listed it without quotes.
var _ = match(Ext{
	Name:    "u32",
	Options: []Option{{Name: "u32", Arg: u32Arg, Not: true, Required: true}},
	Listed: []Listed{
		{`u32 "$1"`, "--u32 $1"}, {`u32 ! "$1"`, "! --u32 $1"},
		{"u32 0x$1", "--u32 0x$1"}, {"u32 ! 0x$1", "! --u32 0x$1"},
	},
})

// u32Printer writes tests in canonical form, and keeps the first error.
type u32Printer struct {
	w    Word
	text []byte
	err  *grammar.Error
}

func (p *u32Printer) tests(tree *u32Tests) {
	p.atMost(len(tree.Tests), tree.Tests[len(tree.Tests)-1].Start, "tests")
	for i, t := range tree.Tests {
		if i > 0 {
			p.text = append(p.text, "&&"...)
		}
		p.test(t)
	}
}

func (p *u32Printer) test(t *u32Test) {
	p.number(t.Start)
	for i, s := range t.Steps {
		p.atMost(i+2, s.Number, "numbers before the =")
		p.text = append(p.text, s.Op...)
		// The kernel refuses greater shifts since 6.0.
		if n := p.number(s.Number); n > 31 && (s.Op == "<<" || s.Op == ">>") {
			p.fail(tokenError(p.w, s.Number, "a shift by %d bits", n).Expected("at most 31"))
		}
	}
	for i, r := range t.Ranges {
		p.atMost(i+1, r.Lo, "values")
		p.text = append(p.text, "=,"[min(i, 1)])
		lo := p.number(r.Lo)
		if r.Hi == nil {
			continue
		}
		n := len(p.text)
		p.text = append(p.text, ':')
		if p.number(*r.Hi) == lo {
			p.text = p.text[:n]
		}
	}
}

// number adds a number, in hexadecimal.
func (p *u32Printer) number(t lexer.Token) uint64 {
	n, rest, over, ok := strtoul(t.Value, 0)
	if !ok || over || rest != "" || n>>32 != 0 {
		p.fail(tokenError(p.w, t, "%q is no number of 32 bits", t.Value).Expected("0 to 0xffffffff, in decimal, as 0x hexadecimal or 0 octal"))
	}
	p.text = append(p.text, "0x"...)
	p.text = strconv.AppendUint(p.text, n, 16)
	return n
}

// atMost checks that there are not more than u32Max of something; the last of
// them is at t.
func (p *u32Printer) atMost(n int, t lexer.Token, what string) {
	if n > u32Max {
		p.fail(tokenError(p.w, t, "more than %d %s", u32Max, what).Expected("at most %d", u32Max))
	}
}

func (p *u32Printer) fail(err *grammar.Error) {
	if p.err == nil {
		p.err = err
	}
}
