package ext

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// nptPrefix is a network of at most 64 bits without host bits
// (ip6t_npt_checkentry).
var nptPrefix = &Arg{
	What: "a network of 1 to 64 bits, such as 2001:db8::/64, without host bits",
	Save: wholeHostMask.Save,
}

func init() {
	nptPrefix.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		if err := wholeHostMask.Parse(c, w, v); err != nil {
			return err
		}
		if v.Bits < 1 || v.Bits > 64 {
			return grammar.Errorf(w[0].Span, "the prefix of %q cannot be translated", w[0].Text).Expected("%s", nptPrefix.What)
		}
		if v.Text != "" {
			return nil
		}
		if p, _ := v.Addr.Prefix(v.Bits); p.Addr() != v.Addr {
			return grammar.Errorf(w[0].Span, "%q has bits outside of the prefix", w[0].Text).Expected("%s", p)
		}
		return nil
	}
}

// The SNPT target (iptables-extensions(8), SNPT; ip6t_NPT). It keeps checksums
// valid by changing the address behind the prefix too (RFC 6296, 3.1), which
// nft's snat prefix does not.
var _ = target(nptExt("SNPT", ast.HookInput, ast.HookPostrouting))

func nptExt(name string, hooks ...ast.Hook) Ext {
	return Ext{
		Name:   name,
		Family: V6,
		Tables: []string{"mangle"},
		Hooks:  hooks,
		Options: []Option{
			{Name: "src-pfx", Arg: nptPrefix, Required: true},
			{Name: "dst-pfx", Arg: nptPrefix, Required: true},
		},
		Listed: []Listed{{name + " src-pfx $1 dst-pfx $2", "--src-pfx $1 --dst-pfx $2"}},
	}
}
