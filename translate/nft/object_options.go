package nft

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	syntax "github.com/ctlint/ctlint/grammar/nft"
)

// optionLines are the options of the kinds of objects that have some, as they
// stand on lines.
var optionLines = map[ast.ObjectKind][][]string{
	ast.ObjectCTHelper:      {{"type", "protocol"}, {"l3proto"}},
	ast.ObjectCTTimeout:     {{"protocol"}, {"l3proto"}, {"policy"}},
	ast.ObjectCTExpectation: {{"protocol"}, {"dport"}, {"timeout"}, {"size"}, {"l3proto"}},
	ast.ObjectSecmark:       {{"context"}},
	ast.ObjectTunnel: {{"id"}, {"ip saddr"}, {"ip daddr"}, {"ip6 saddr"}, {"ip6 daddr"}, {"sport"}, {"dport"}, {"tos"}, {"ttl"},
		{"vxlan gbp"}, {"erspan version"}, {"erspan index"}, {"erspan direction"}, {"erspan id"}, {"geneve class"}, {"geneve opt-type"}, {"geneve data"}},
}

// objectOptions prints the options of an object.
func (p *printer) objectOptions(o *ast.Object) {
	lines, ok := optionLines[o.Kind]
	if !ok {
		p.refuse(o, "the %s has no content", o.Kind)
		return
	}
	known := map[string]bool{}
	group := "" // of options in braces
	for _, names := range lines {
		first := true
		for _, name := range names {
			known[name] = true
			opt := option(o, name)
			if opt == nil {
				continue
			}
			if first {
				p.group(&group, name)
				p.tabs()
			} else {
				p.b = append(p.b, ' ')
			}
			first = false
			p.option(o, opt, strings.TrimPrefix(name, group+" "))
		}
		if !first {
			p.end()
		}
	}
	p.group(&group, "")
	for i := range o.Options {
		if n := o.Options[i].Name; !known[n] {
			p.refuse(&o.Options[i], "a %s has nothing that is called %s", o.Kind, n)
		}
	}
}

func option(o *ast.Object, name string) *ast.Option {
	for i := range o.Options {
		if o.Options[i].Name == name {
			return &o.Options[i]
		}
	}
	return nil
}

// group opens and closes the braces that some options of tunnels stand in: those
// of one kind of tunnel.
func (p *printer) group(now *string, name string) {
	next, _, _ := strings.Cut(name, " ")
	switch next {
	case "vxlan", "erspan", "geneve":
	default:
		next = ""
	}
	if next == *now {
		return
	}
	if *now != "" {
		p.depth--
		p.line("}")
	}
	if *now = next; next != "" {
		p.line(next + " {")
		p.depth++
	}
}

// option prints an option of an object.
func (p *printer) option(o *ast.Object, opt *ast.Option, name string) {
	if opt.Not || len(opt.Args) != 1 {
		p.refuse(opt, "the option %s of a %s has one value", name, o.Kind)
		return
	}
	if name != "context" {
		p.text(name)
		p.b = append(p.b, ' ')
	}
	switch v := opt.Args[0].(type) {
	case *ast.String:
		if name == "type" || name == "context" || name == "data" {
			p.quoted(v, "the "+name, v.Val)
		} else {
			if !plainWord(v.Val) {
				p.refuse(v, "the %s %q is no word", name, v.Val)
			}
			p.text(v.Val)
		}
	case *ast.Int:
		if name == "timeout" {
			p.duration(v.Val)
		} else {
			p.decimal(v.Val)
		}
	case *ast.Addr:
		p.addr(v, v.Addr)
	case *ast.SetLit:
		p.policy(v)
	default:
		p.refuse(opt, "the option %s of a %s has no such value", name, o.Kind)
	}
}

// plainWord reports whether a word is a name or a keyword: tcp, ip.
func plainWord(s string) bool { return syntax.Keyword(s) || syntax.ValidName(s) }

// policy prints how long connections stay in their states, in seconds.
func (p *printer) policy(list *ast.SetLit) {
	p.text("= { ")
	for i, e := range list.Elems {
		state, ok1 := e.Key.(*ast.String)
		seconds, ok2 := e.Value.(*ast.Int)
		if !ok1 || !ok2 {
			p.refuse(e, "a policy has states and seconds")
			return
		}
		if i > 0 {
			p.text(", ")
		}
		p.text(state.Val)
		p.text(" : ")
		p.decimal(seconds.Val)
	}
	p.text(" }")
}

// synproxyObject prints what a SYN proxy is, one thing on a line.
func (p *printer) synproxyObject(s *ast.Synproxy) {
	p.line("mss " + strconv.Itoa(int(s.MSS)))
	p.line("wscale " + strconv.Itoa(int(s.Wscale)))
	if s.Timestamp || s.SackPerm || s.ECN {
		p.tabs()
		at := len(p.b)
		p.synproxy(&ast.Synproxy{Span: s.Span, Timestamp: s.Timestamp, SackPerm: s.SackPerm, ECN: s.ECN})
		if len(p.b) > at {
			p.b = append(p.b[:at], p.b[at+1:]...) // the blank before the first
		}
		p.end()
	}
}
