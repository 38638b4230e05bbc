package ext

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// oneWord is one of a few words (Value.Text).
func oneWord(words ...string) *Arg {
	a := &Arg{What: strings.Join(words, " or ")}
	a.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		if !slices.Contains(words, w[0].Text) {
			e := a.Bad(w[0])
			e.Hint = grammar.Near(w[0].Text, words)
			return e
		}
		v.Text = w[0].Text
		return nil
	}
	a.Save = func(p *Printer, v *Value) { p.Word(v.Text) }
	return a
}

var (
	policySPI  = &Arg{What: "a number from 0 to 4294967295", Parse: Uint(0, 1<<32-1).Parse, Save: func(p *Printer, v *Value) { p.Hex(v.Lo) }}
	policyAddr = hostMask(false)
	// policyProto is the protocol of a transformation.
	policyProto = &Arg{What: "ah, esp or ipcomp", Save: Protocol.Save, Parse: func(c *Context, w []Word, v *Value) *grammar.Error {
		n, ok := Proto(w[0].Text)
		if !ok || n != ProtoAH && n != ProtoESP && n != ProtoIPComp {
			return grammar.Errorf(w[0].Span, "%q is no protocol of IPsec", w[0].Text).Expected("ah, esp or ipcomp")
		}
		v.Lo, v.Hi = uint64(n), uint64(n)
		return nil
	}}
)

// policyElements are the options that describe an element of a policy, in the
// order in which they are printed.
var policyElements = []string{"reqid", "spi", "proto", "mode", "tunnel-dst", "tunnel-src"}

// maxPolicy is how many elements a policy has at the most (XT_POLICY_MAX_ELEM).
const maxPolicy = 4

// The policy match (iptables-extensions(8), policy): what IPsec has done with
// the packet, or will do. The options of an element stand between one --next and
// another.
var _ = match(Ext{
	Name: "policy",
	Options: []Option{
		{Name: "dir", Arg: oneWord("in", "out"), Required: true},
		{Name: "pol", Arg: oneWord("ipsec", "none")},
		{Name: "strict"},
		{Name: "reqid", Arg: Uint(0, 1<<32-1), Not: true, Multi: true},
		{Name: "spi", Arg: policySPI, Not: true, Multi: true},
		{Name: "proto", Arg: policyProto, Not: true, Multi: true},
		{Name: "mode", Arg: oneWord("transport", "tunnel"), Not: true, Multi: true},
		{Name: "tunnel-dst", Arg: policyAddr, Not: true, Multi: true},
		{Name: "tunnel-src", Arg: policyAddr, Not: true, Multi: true},
		{Name: "next", Multi: true, Needs: []string{"strict"}},
	},
	Check: checkPolicy,
	Save: func(p *Printer, u *Use) {
		given := policyOrder(u)
		for i := range given {
			p.Given(&given[i])
		}
	},
	Lower:  lowerPolicy,
	Listed: listedPolicy(),
})

// policyNone reports whether the rule asks that there is no policy. Without
// --pol it asks for one.
func policyNone(u *Use) bool {
	g := u.Get("pol")
	return g != nil && g.Text == "none"
}

func checkPolicy(c *Context, u *Use) *grammar.Error {
	if err := checkPolicyElements(u); err != nil {
		return err
	}
	dir := u.Get("dir")
	var want string
	switch {
	case dir.Text == "out" && (c.Chain == "PREROUTING" || c.Chain == "INPUT"):
		want = "FORWARD, OUTPUT or POSTROUTING"
	case dir.Text == "in" && (c.Chain == "POSTROUTING" || c.Chain == "OUTPUT"):
		want = "PREROUTING, INPUT or FORWARD"
	default:
		return nil
	}
	err := grammar.Errorf(dir.Span, "--dir %s cannot stand in chain %s", dir.Text, c.Chain).Expected("chain %s", want)
	err.Kind = grammar.Placement
	return err
}

// checkPolicyElements checks what stands between one --next and another
// (policy_check in libxt_policy).
func checkPolicyElements(u *Use) *grammar.Error {
	strict, none := u.Get("strict"), policyNone(u)
	if strict != nil && none {
		return grammar.Errorf(strict.Span, "--strict cannot stand with --pol none")
	}
	var element []*Given
	find := func(name string) *Given {
		for _, g := range element {
			if g.Option.Name == name {
				return g
			}
		}
		return nil
	}
	end := func(at ast.Span) *grammar.Error {
		switch mode := find("mode"); {
		case strict != nil && len(element) == 0:
			return grammar.Errorf(at, "an element of the policy is empty, and --strict is given").Expected("one of --%s", strings.Join(policyElements, ", --"))
		case none || mode != nil && mode.Text == "tunnel" && !mode.Not:
			return nil
		}
		for _, name := range []string{"tunnel-src", "tunnel-dst"} {
			if g := find(name); g != nil {
				return grammar.Errorf(g.Span, "--%s is for tunnels", name).Expected("--mode tunnel with it")
			}
		}
		return nil
	}
	n := 1
	for i := range u.Given {
		g := &u.Given[i]
		switch name := g.Option.Name; {
		case name == "next":
			if err := end(g.Span); err != nil {
				return err
			}
			element = element[:0]
			if n++; n > maxPolicy {
				return grammar.Errorf(g.Span, "the policy has more than %d elements", maxPolicy).Expected("at most %d", maxPolicy)
			}
		case !slices.Contains(policyElements, name):
		case find(name) != nil:
			return grammar.Errorf(g.Span, "--%s is given twice for an element", name).Expected("--next between them")
		default:
			element = append(element, g)
		}
	}
	at := u.Span
	if strict != nil {
		at = strict.Span
	}
	return end(at)
}

// policyOrder returns the options in the order in which iptables-save prints
// them. With --pol none nothing looks at the elements, and they are left out.
func policyOrder(u *Use) []Given {
	var out []Given
	if g := u.Get("dir"); g != nil {
		out = append(out, *g)
	}
	if g := u.Get("pol"); g != nil {
		out = append(out, *g)
	} else {
		out = append(out, Given{Span: u.Span, Option: u.Ext.Lookup("pol"), Name: Word{Span: u.Span}, Args: []Word{{Span: u.Span, Text: "ipsec"}}, Value: Value{Text: "ipsec"}})
	}
	if g := u.Get("strict"); g != nil {
		out = append(out, *g)
	}
	if policyNone(u) {
		return out
	}
	for i := 0; i < len(u.Given); i++ {
		j := i
		for j < len(u.Given) && u.Given[j].Option.Name != "next" {
			j++
		}
		for _, name := range policyElements {
			for _, g := range u.Given[i:j] {
				if g.Option.Name == name {
					out = append(out, g)
				}
			}
		}
		if j < len(u.Given) {
			out = append(out, u.Given[j])
		}
		i = j
	}
	return out
}

// lowerPolicy lowers a rule that asks for any policy or none. One that describes
// elements has no shape in nft: without --strict any transformation of the
// packet may be meant, and nft looks at one by its place; with --strict there
// may be no other, and nft does not know how many there are.
func lowerPolicy(l *Lowering, u *Use) {
	given := policyOrder(u)
	if len(given) > 2 {
		l.ordered(u, given)
		return
	}
	if u.Get("dir").Text == "in" {
		l.exists(u.Span, l.Meta(u.Span, ast.MetaIpsec), policyNone(u))
		return
	}
	l.exists(u.Span, &ast.Rt{Span: u.Span, Key: "ipsec"}, policyNone(u))
}

// listedPolicy are the forms of a policy and, behind it, of its elements; of
// several, each begins with its number.
func listedPolicy() []Listed {
	const text, words = "policy match ", "-m policy "
	var out []Listed
	for _, dir := range []string{"in", "out"} {
		for _, pol := range []string{"ipsec", "none"} {
			out = append(out, Listed{text + "dir " + dir + " pol " + pol, words + "--dir " + dir + " --pol " + pol})
		}
	}
	out = append(out, Listed{text + "strict", words + "--strict"}, Listed{text + "[0]", words})
	for i := 1; i < maxPolicy; i++ {
		out = append(out, Listed{text + "[" + strconv.Itoa(i) + "]", words + "--next"})
	}
	for _, o := range policyElements {
		out = append(out, Listed{text + o + " $1", words + "--" + o + " $1"})
	}
	return out
}
