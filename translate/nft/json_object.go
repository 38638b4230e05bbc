package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// stateful writes the declaration of a stateful object.
func (j *jsonPrinter) stateful(o *ast.Object) {
	j.p.begin(o)
	j.entry(o.Kind.String(), func() {
		j.inTable(o.Name, o.Handle)
		j.keyStrIf("comment", o.Comment)
		switch s := o.Stmt.(type) {
		case *ast.Counter:
			if !j.p.Stateless {
				j.counters(s.Counters)
			}
		case *ast.Quota:
			j.keyUint("bytes", s.Bytes)
			if !j.p.Stateless {
				j.keyUint("used", s.Used)
			}
			j.keyBoolIf("inv", s.Over)
		case *ast.Limit:
			j.limit(s)
		case *ast.Synproxy:
			j.synproxy(s)
		default:
			j.options(o)
		}
	})
}

// jsonOptions are the names of options of objects in JSON, where they are others;
// those of a kind of tunnel are members of an object of their own.
var jsonOptions = map[string]string{
	"ip saddr": "src-ipv4", "ip daddr": "dst-ipv4", "ip6 saddr": "src-ipv6", "ip6 daddr": "dst-ipv6",
	"erspan direction": "dir", "erspan id": "hwid",
}

// options writes the options of an object, in the order of text.
func (j *jsonPrinter) options(o *ast.Object) {
	tunnel := ""
	for _, names := range optionLines[o.Kind] {
		for _, name := range names {
			opt := option(o, name)
			if opt == nil {
				continue
			}
			key := name
			if kind, member, ok := strings.Cut(name, " "); ok && kind != "ip" && kind != "ip6" {
				if key = member; tunnel != kind {
					j.keyStr("type", kind)
					j.key("tunnel")
					j.b = append(j.b, '{')
					tunnel = kind
				}
			}
			if other, ok := jsonOptions[name]; ok {
				key = other
			}
			j.key(key)
			j.optionValue(opt.Args[0])
		}
	}
	if tunnel != "" {
		j.b = append(j.b, '}')
	}
}

func (j *jsonPrinter) optionValue(e ast.Expr) {
	list, ok := e.(*ast.SetLit)
	if !ok {
		j.value(e, domain{})
		return
	}
	j.object(func() {
		for _, e := range list.Elems {
			j.keyUint(e.Key.(*ast.String).Val, e.Value.(*ast.Int).Val)
		}
	})
}
