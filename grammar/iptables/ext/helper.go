package ext

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// The helper match (iptables-extensions(8), helper): packets of a connection
// that a helper has expected.
var _ = match(Ext{
	Name: "helper",
	Options: []Option{
		{Name: "helper", Arg: Text(29), Not: true, Required: true, Lower: lowerHelper}, // char name[30] in struct xt_helper_info
	},
	Listed: []Listed{{`helper match "$1"`, "-m helper --helper $1"}, {`helper match ! "$1"`, "-m helper ! --helper $1"}},
})

// kernelHelpers are the names of the kernel's own conntrack helpers, without
// those that have a port behind a dash.
var kernelHelpers = []string{
	"amanda", "ftp", "H.245", "irc", "netbios-ns", "pptp", "Q.931", "RAS", "sane", "sip", "snmp", "snmp_trap", "tftp",
}

// lowerHelper lowers --helper. The kernel compares as many bytes as the name of
// the connection's helper has (helper_mt: strncmp with strlen(helper->name)), so
// ftp-2121 is the helper of that name, or ftp; no name at all is any helper.
func lowerHelper(l *Lowering, g *Given) {
	if g.Text == "" {
		l.MatchOrAbsent(g.Span, l.CT(g.Name.Span, ast.CTHelper, ast.DirNone), ast.OpNe, g.Not, l.Str(g.ArgSpan(), ""))
		return
	}
	names := []ast.Expr{l.Str(g.ArgSpan(), g.Text)}
	for _, n := range kernelHelpers {
		if len(n) < len(g.Text) && strings.HasPrefix(g.Text, n) {
			names = append(names, l.Str(g.ArgSpan(), n))
		}
	}
	slices.Reverse(names[1:]) // the longest first
	right := names[0]
	if len(names) > 1 {
		right = l.Set(g.ArgSpan(), names...)
	}
	l.MatchOrAbsent(g.Span, l.CT(g.Name.Span, ast.CTHelper, ast.DirNone), ast.OpEq, g.Not, right)
}
