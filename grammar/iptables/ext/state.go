package ext

import "github.com/ctlint/ctlint/ast"

// ctStates are the states of --state, in the order in which iptables-save
// prints them (libxt_conntrack, state_print_state).
var ctStates = []Name{
	{"INVALID", ast.StateInvalid}, {"NEW", ast.StateNew}, {"RELATED", ast.StateRelated},
	{"ESTABLISHED", ast.StateEstablished}, {"UNTRACKED", ast.StateUntracked},
}

// The state match (iptables-extensions(8), state): a subset of conntrack, which
// is its canonical name today.
var _ = match(Ext{
	Name: "state",
	Options: []Option{
		{Name: "state", Arg: NameList("states", "", ctStates...), Not: true, Required: true, Lower: lowerState},
	},
	Listed: []Listed{{"state $1", "-m state --state $1"}},
})

func lowerState(l *Lowering, g *Given) {
	l.Match(g.Span, l.CT(g.Name.Span, ast.CTState, ast.DirNone), ast.OpAny, g.Not, l.Int(g.ArgSpan(), g.Lo))
}

// StateNames returns the names of ct state bits as --ctstate takes them.
func StateNames(bits uint64) string { return bitNames(ctStates, bits) }
