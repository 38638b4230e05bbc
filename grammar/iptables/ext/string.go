package ext

import (
	"encoding/hex"
	"math"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/grammar"
)

// stringMax is the longest pattern (XT_STRING_MAX_PATTERN_SIZE).
const stringMax = 128

// hexTree is the argument of --hex-string: text, in which | begins and ends a
// block of hexadecimal digits and \ takes the next character as it is.
type hexTree struct {
	Parts []*hexPart `parser:"@@*"`
	Tail  string     `parser:"@Tail?"` // a | at the end, which says nothing
}

type hexPart struct {
	Text   string   `parser:"  @Text"`
	Escape string   `parser:"| @Escape"`
	Bytes  []string `parser:"| Open @Byte+"`
	Close  string   `parser:"  @Close?"` // "|" with the character behind it
}

const hexWhat = "text with hexadecimal bytes between bars, such as |0d0a| or GET|20|/"

// hexLanguage is that of libxt_string (parse_hex_string), which takes the
// character after a closing bar as it is, even if it is a bar.
var hexLanguage = newLanguage[hexTree](hexWhat, lexer.MustStateful(lexer.Rules{
	"Root": {
		{Name: "Escape", Pattern: `\\(?s:.)`},
		{Name: "Tail", Pattern: `\| *$`},
		{Name: "Open", Pattern: `\| *`, Action: lexer.Push("Block")},
		{Name: "Text", Pattern: `[^|\\]+`},
	},
	"Block": {
		{Name: "Byte", Pattern: `[0-9a-fA-F]{2} ?`},
		{Name: "Close", Pattern: `\|(?s:.)?`, Action: lexer.Pop()},
	},
}))

// pattern returns the bytes that a tree means. The tool stops when the pattern
// is full and there is more text, even if that is only the closing bar.
func (t *hexTree) pattern(w Word) (string, *grammar.Error) {
	var b []byte
	var err *grammar.Error
	add := func(s ...byte) {
		if err == nil && (len(b)+len(s) > stringMax || len(b) == stringMax) {
			err = grammar.Errorf(w.Span, "the pattern is longer than %d bytes", stringMax).Expected("at most %d, or %d and the closing bar", stringMax, stringMax-1)
		}
		b = append(b, s...)
	}
	for _, p := range t.Parts {
		switch {
		case p.Text != "":
			add([]byte(p.Text)...)
		case p.Escape != "":
			add([]byte(p.Escape[1:])...)
		default:
			for _, s := range p.Bytes {
				x, _ := hex.DecodeString(strings.TrimSuffix(s, " ")) // two digits, says the lexer
				add(x...)
			}
			switch last := p.Bytes[len(p.Bytes)-1]; {
			case p.Close != "":
				add([]byte(p.Close[1:])...)
			case !strings.HasSuffix(last, " ") && err == nil:
				// A blank at the end of the argument closes the block too.
				err = grammar.Errorf(w.Span, "the last block of hexadecimal digits is not closed").Expected("a | at its end")
			}
		}
	}
	if t.Tail != "" {
		add()
	}
	if err == nil && len(b) == 0 {
		err = grammar.Errorf(w.Span, "the pattern is empty").Expected("at least one byte")
	}
	return string(b), err
}

// stringPattern is the argument of --string (Value.Text). It is printed as that
// or as a --hex-string.
var stringPattern = &Arg{
	What: "a text of 1 to 128 bytes",
	Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
		v.Text = w[0].Text
		if c.Listing {
			v.Text = stringUnescape.Replace(v.Text)
		}
		switch {
		case v.Text == "": // ts_bm and ts_kmp refuse it
			return grammar.Errorf(w[0].Span, "the pattern is empty").Expected("at least one byte")
		case len(v.Text) > stringMax:
			return grammar.Errorf(w[0].Span, "the pattern is %d bytes long", len(v.Text)).Expected("at most %d", stringMax)
		}
		return nil
	},
	Save: savePattern,
}

// hexPattern is the argument of --hex-string (Value.Text: the bytes).
var hexPattern = &Arg{
	What: hexWhat,
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		tree, err := hexLanguage.parse(w[0])
		if err != nil {
			return err
		}
		v.Text, err = tree.pattern(w[0])
		return err
	},
	Save: savePattern,
}

func savePattern(p *Printer, v *Value) { p.Word(patternText(v.Text)) }

var (
	stringEscape   = strings.NewReplacer(`"`, `\"`, `\`, `\\`)
	stringUnescape = strings.NewReplacer(`\"`, `"`, `\\`, `\`)
)

// isHexPattern reports whether a pattern is printed as a --hex-string: if a byte
// of it is not printable, or the last is a \ (is_hex_string).
func isHexPattern(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return true
		}
	}
	return strings.HasSuffix(s, `\`)
}

func patternText(s string) string {
	if isHexPattern(s) {
		return `"|` + hex.EncodeToString([]byte(s)) + `|"`
	}
	return `"` + stringEscape.Replace(s) + `"`
}

// The string match (iptables-extensions(8), string) looks for a text in the
// packet's bytes. What is in bars in a listing is taken for a --hex-string.
var _ = match(stringExt())

func stringExt() Ext {
	const listed, hexed = `"$1" ALGO name $2`, `"|$1|" ALGO name $2`
	e := Ext{
		Name: "string",
		Options: []Option{
			{Name: "string", Arg: stringPattern, Not: true, Excl: []string{"hex-string"}},
			{Name: "hex-string", Arg: hexPattern, Not: true},
			{Name: "algo", Arg: Keyword("algorithm", Name{"bm", 0}, Name{"kmp", 1}), Required: true},
			{Name: "from", Arg: Uint(0, math.MaxUint16)},
			{Name: "to", Arg: Uint(0, math.MaxUint16)},
			{Name: "icase"},
		},
		OneOf: []string{"string", "hex-string"},
		Check: func(_ *Context, u *Use) *grammar.Error {
			from, to := u.num("from", 0), u.num("to", math.MaxUint16)
			if from > to {
				return grammar.Errorf(u.Get("from").Span, "the search begins at %d and ends at %d", from, to).Expected("--from before --to")
			}
			return nil
		},
		Listed: []Listed{
			{"STRING match " + listed, "--string $1 --algo $2"}, {"STRING match ! " + listed, "! --string $1 --algo $2"},
			{"STRING match " + hexed, "--hex-string |$1| --algo $2"}, {"STRING match ! " + hexed, "! --hex-string |$1| --algo $2"},
			{"FROM $1", "--from $1"}, {"TO $1", "--to $1"}, {"ICASE", "--icase"},
		},
	}
	e.Save, e.Lower = savePlain(stringPlain)
	return e
}

// stringPlain makes the canonical form (string_save).
func stringPlain(u *Use) (list []plain) {
	g := u.Get("string")
	if g == nil {
		g = u.Get("hex-string")
	}
	if g != nil {
		name := "string"
		if isHexPattern(g.Text) {
			name = "hex-string"
		}
		list = append(list, plainOf(g, name, patternText(g.Text)))
	}
	if g := u.Get("algo"); g != nil {
		list = append(list, plainOf(g, "algo", g.Text))
	}
	if n := u.num("from", 0); n != 0 {
		list = append(list, plainNum(u.Get("from"), "from", n))
	}
	if n := u.num("to", math.MaxUint16); n != math.MaxUint16 {
		list = append(list, plainNum(u.Get("to"), "to", n))
	}
	if g := u.Get("icase"); g != nil {
		list = append(list, plainOf(g, "icase", ""))
	}
	return list
}
