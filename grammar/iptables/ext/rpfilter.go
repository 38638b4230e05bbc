package ext

import "github.com/ctlint/ctlint/ast"

// The rpfilter match (iptables-extensions(8), rpfilter): whether an answer to
// the packet would leave by the interface it came in by.
var _ = match(Ext{
	Name:   "rpfilter",
	Tables: []string{"raw", "mangle"},
	Hooks:  []ast.Hook{ast.HookPrerouting},
	Options: []Option{
		{Name: "loose"}, {Name: "validmark"}, {Name: "accept-local"}, {Name: "invert"},
	},
	Lower: lowerRPFilter,
	Listed: []Listed{
		{"rpfilter", "-m rpfilter"}, {"rpfilter loose", "-m rpfilter --loose"}, {"rpfilter validmark", "-m rpfilter --validmark"},
		{"rpfilter accept-local", "-m rpfilter --accept-local"}, {"rpfilter invert", "-m rpfilter --invert"},
	},
})

// lowerRPFilter lowers the look-up as fib, which takes the same steps and fails
// for local addresses too. What --accept-local lets pass has no such shape.
func lowerRPFilter(l *Lowering, u *Use) {
	if u.Has("accept-local") {
		l.Extension(u)
		return
	}
	f := &ast.Fib{Span: u.Span, Keys: []string{"saddr"}, Result: "oif"}
	if u.Has("validmark") {
		f.Keys = append(f.Keys, "mark")
	}
	if !u.Has("loose") {
		f.Keys = append(f.Keys, "iif")
	}
	l.Match(u.Span, f, ast.OpNe, u.Has("invert"), l.Int(u.Span, 0))
}
