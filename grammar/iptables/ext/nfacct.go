package ext

import "github.com/ctlint/ctlint/grammar"

// nfacctName is the name of an accounting object.
var nfacctName = &Arg{
	What: "the name of an accounting object, of at most 31 bytes", // NFACCT_NAME_MAX
	Parse: func(_ *Context, w []Word, v *Value) *grammar.Error {
		if n := len(w[0].Text); n == 0 || n > 31 {
			return grammar.Errorf(w[0].Span, "the name is %d bytes long", n).Expected("1 to 31")
		}
		v.Text = w[0].Text
		return nil
	},
	Save: func(p *Printer, v *Value) { p.Quote(v.Text) },
}

// The nfacct match (iptables-extensions(8), nfacct). It counts into an object of
// nfacct(8), and holds unless that has a quota that is not used up.
var _ = match(Ext{
	Name:    "nfacct",
	Options: []Option{{Name: "nfacct-name", Arg: nfacctName, Required: true}},
	Listed:  []Listed{{"nfacct-name $1", "-m nfacct --nfacct-name $1"}, {`nfacct-name "$1"`, "-m nfacct --nfacct-name $1"}},
})
