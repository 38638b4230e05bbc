package ext

import "strconv"

// Printer collects the text of a rule in iptables-save's form.
type Printer struct{ B []byte }

// Word adds a word, after a space if there is something before it.
func (p *Printer) Word(s string) {
	p.space()
	p.B = append(p.B, s...)
}

// Uint adds a decimal number as a word.
func (p *Printer) Uint(n uint64) {
	p.space()
	p.B = strconv.AppendUint(p.B, n, 10)
}

// Hex adds a hexadecimal number as a word, with 0x before it.
func (p *Printer) Hex(n uint64) {
	p.Word("0x")
	p.B = strconv.AppendUint(p.B, n, 16)
}

// Quote adds a word as xtables_save_string does: in quotes unless it is made of
// letters, digits, - and _ alone, with \ before ", \ and '.
func (p *Printer) Quote(s string) {
	p.space()
	plain := s != ""
	for i := 0; plain && i < len(s); i++ {
		plain = isPlain(s[i])
	}
	if plain {
		p.B = append(p.B, s...)
		return
	}
	p.B = append(p.B, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' || s[i] == '\'' {
			p.B = append(p.B, '\\')
		}
		p.B = append(p.B, s[i])
	}
	p.B = append(p.B, '"')
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// Flag adds an option's name, with ! before it where it is negated.
func (p *Printer) Flag(not bool, name string) {
	if not {
		p.Word("!")
	}
	p.Word("--")
	p.B = append(p.B, name...)
}

func (p *Printer) space() {
	if len(p.B) > 0 && p.B[len(p.B)-1] != ' ' {
		p.B = append(p.B, ' ')
	}
}

// Given prints an option with its value in its canonical form.
func (p *Printer) Given(g *Given) {
	o := g.Option
	switch {
	case o.Hidden:
	case g.Opaque:
		p.Flag(g.Not, o.Name)
		for _, w := range g.Args {
			p.Word(w.Text)
		}
	case o.Save != nil:
		o.Save(p, g)
	default:
		p.Flag(g.Not, o.Name)
		if o.Arg != nil && len(g.Args) > 0 {
			o.Arg.Save(p, &g.Value)
		}
	}
}

// Options prints the options of a use in the order of their declaration.
func (p *Printer) Options(u *Use) {
	if u.Ext.Save != nil && !u.Opaque() && u.Complete() {
		u.Ext.Save(p, u)
		return
	}
	for i := range u.Ext.Options {
		for j := range u.Given {
			if u.Given[j].Option == &u.Ext.Options[i] {
				p.Given(&u.Given[j])
			}
		}
	}
}
