package ext

import "github.com/ctlint/ctlint/ast"

// The CONNMARK target (iptables-extensions(8), CONNMARK; xt_CONNMARK revision
// 2).
var _ = target(Ext{
	Name: "CONNMARK",
	Options: append(
		apart(append(connmarkOptions(), Option{Name: "save-mark"}, Option{Name: "restore-mark"})...),
		Option{Name: "nfmask", Arg: Uint(0, allOnes), Excl: []string{"mask"}},
		Option{Name: "ctmask", Arg: Uint(0, allOnes), Excl: []string{"mask"}},
		Option{Name: "mask", Arg: Uint(0, allOnes)},
		Option{Name: "left-shift-mark", Arg: Uint(0, 31)},
		Option{Name: "right-shift-mark", Arg: Uint(0, 31)},
	),
	OneOf: append(markNames(), "save-mark", "restore-mark"),
	Save:  saveConnmark,
	Lower: lowerConnmark,
	Listed: []Listed{
		{"CONNMARK set $1", "--set-mark $1"}, {"CONNMARK and $1", "--and-mark $1"}, {"CONNMARK or $1", "--or-mark $1"},
		{"CONNMARK xor $1", "--xor-mark $1"}, {"CONNMARK xset $1", "--set-xmark $1"},
		{"CONNMARK save", "--save-mark"}, {"CONNMARK save mask $1", "--save-mark --mask $1"},
		{"CONNMARK save nfmask $1 ctmask ~$2", "--save-mark --nfmask $1 --ctmask $2"},
		{"CONNMARK restore", "--restore-mark"}, {"CONNMARK restore mask $1", "--restore-mark --mask $1"},
		{"CONNMARK restore ctmask $1 nfmask ~$2", "--restore-mark --ctmask $1 --nfmask $2"},
		{"left-shift-mark $1", "--left-shift-mark $1"}, {"right-shift-mark $1", "--right-shift-mark $1"},
	},
})

func connmarkOptions() []Option {
	var out []Option
	for _, m := range markOptions {
		out = append(out, Option{Name: m.name, Arg: m.arg})
	}
	return out
}

// connmark is what the options of a use come to (struct xt_connmark_tginfo2).
type connmark struct {
	mode           string // set-xmark, save-mark, restore-mark
	ctmark         uint64
	ctmask, nfmask uint64
	shift          *Given // the last of the shifts, if it is not 0
}

// connmarkOf reads the options in their order, for that counts: --mask before
// --set-mark does nothing, behind it it replaces the mask.
func connmarkOf(u *Use) connmark {
	c := connmark{ctmask: allOnes, nfmask: allOnes}
	for i := range u.Given {
		g := &u.Given[i]
		value, mask, ok := xmarkOf(g)
		switch g.Option.Name {
		case "save-mark", "restore-mark":
			c.mode = g.Option.Name
		case "nfmask":
			c.nfmask = g.Lo
		case "ctmask":
			c.ctmask = g.Lo
		case "mask":
			c.nfmask, c.ctmask = g.Lo, g.Lo
		case "left-shift-mark", "right-shift-mark":
			if c.shift = g; g.Lo == 0 {
				c.shift = nil
			}
		default:
			if ok {
				c.mode, c.ctmark, c.ctmask = "set-xmark", value, mask
			}
		}
	}
	return c
}

func saveConnmark(p *Printer, u *Use) {
	c := connmarkOf(u)
	switch c.mode {
	case "set-xmark":
		p.Flag(false, c.mode)
		p.xmark(c.ctmark, c.ctmask)
	case "save-mark", "restore-mark":
		p.Flag(false, c.mode)
		p.Flag(false, "nfmask")
		p.Hex(c.nfmask)
		p.Flag(false, "ctmask")
		p.Hex(c.ctmask)
	}
	if c.shift != nil {
		p.Given(c.shift)
	}
}

// shifted makes an expression with the shift; a number is shifted at once.
func (c *connmark) shifted(l *Lowering, e ast.Expr) ast.Expr {
	if c.shift == nil {
		return e
	}
	n := c.shift.Lo
	left := c.shift.Option.Name == "left-shift-mark"
	if i, ok := e.(*ast.Int); ok {
		if left {
			return l.Int(i.Span, i.Val<<n&allOnes)
		}
		return l.Int(i.Span, i.Val>>n)
	}
	op := ast.OpShr
	if left {
		op = ast.OpShl
	}
	return l.bits(op, e, l.Int(c.shift.ArgSpan(), n))
}

// lowerConnmark does as connmark_tg_shift in the kernel.
func lowerConnmark(l *Lowering, u *Use) {
	c, s := connmarkOf(u), u.Span
	ct, meta := l.CT(s, ast.CTMark, ast.DirNone), l.Meta(s, ast.MetaMark)
	a := &ast.Assign{Span: s, Use: l.UseIndex()}
	switch c.mode {
	case "set-xmark":
		a.Left, a.Right = ct, c.shifted(l, l.xmarked(s, l.CT(s, ast.CTMark, ast.DirNone), c.ctmark, c.ctmask, allOnes))
	case "save-mark":
		a.Left, a.Right = ct, c.copied(l, s, meta, c.nfmask, l.CT(s, ast.CTMark, ast.DirNone), c.ctmask)
	case "restore-mark":
		a.Left, a.Right = meta, c.copied(l, s, ct, c.ctmask, l.Meta(s, ast.MetaMark), c.nfmask)
	}
	l.Add(a)
}

// copied makes (old & ^clear) ^ ((from & take) shifted).
func (c *connmark) copied(l *Lowering, s ast.Span, from ast.Expr, take uint64, old ast.Expr, clear uint64) ast.Expr {
	if take == 0 {
		return l.xmarked(s, old, 0, clear, allOnes)
	}
	if take != allOnes {
		from = l.bits(ast.OpAnd, from, l.Int(s, take))
	}
	from = c.shifted(l, from)
	switch clear {
	case allOnes:
		return from
	case 0:
		return l.bits(ast.OpXor, old, from)
	}
	return l.bits(ast.OpXor, l.bits(ast.OpAnd, old, l.Int(s, allOnes&^clear)), from)
}
