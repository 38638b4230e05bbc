package ct

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/edit"
	"github.com/ctlint/ctlint/checks/graph"
)

// HelperMatchNotSet finds ct helper where ct helper set was meant.
var HelperMatchNotSet = check.New(check.Check{
	Code: "CT021", Slug: "helper-match-not-set", Severity: check.Error,
	Title: "ct helper matches, where ct helper set would assign",
	Text: `In nft, ct helper "ftp" asks whether the connection has, or was expected by, the
kernel's helper ftp; ct helper set "name" assigns the ct helper object of that name in the
table (nft(8), CT HELPER, CONNTRACK EXPRESSIONS). With set left out, nft and the kernel
say nothing, the helper is never assigned, and what it would expect, such as the data
connections of FTP, is NEW and not RELATED.

It is said where the text can only be an assignment: the name is that of an object and of
none of the kernel's helpers, so the match never holds; or the rule ends with the match,
so it does nothing.`,
	Bad: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	ct helper ftp-standard {
		type "ftp" protocol tcp
	}
	chain prerouting {
		type filter hook prerouting priority filter; policy accept;
		tcp dport 21 ct helper "ftp-standard"
	}
}
`}},
	Good: []check.Example{{File: "rules.nft", Text: `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	ct helper ftp-standard {
		type "ftp" protocol tcp
	}
	chain prerouting {
		type filter hook prerouting priority filter; policy accept;
		tcp dport 21 ct helper set "ftp-standard"
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established accept
		ct state related ct helper "ftp" accept
	}
}
`}},
	Fix: check.Safe,
	FixText: `Where nothing stands behind the match, set is put in. The rule does nothing else, so
no packet that it takes is treated otherwise; the connections that the helper expects become
RELATED, which the rule was written for.`,
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{graph.Analyzer},
		Run:      helperMatchNotSet,
	},
})

func helperMatchNotSet(pass *analysis.Pass) (any, error) {
	for _, t := range graph.Of(pass).Tables {
		if t.Xtables {
			continue // -m helper and -j CT --helper are not mistaken for each other
		}
		objects := map[string]string{} // the kernel's helper by the object's name
		for _, o := range t.Objects {
			if o.Kind == ast.ObjectCTHelper {
				objects[o.Name] = helperOf(o)
			}
		}
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if !r.Bad {
					helperMatches(pass, r, objects)
				}
			}
		}
	}
	return nil, nil
}

func helperMatches(pass *analysis.Pass, r *ast.Rule, objects map[string]string) {
	for i, s := range r.Stmts {
		m, ok := s.(*ast.Match)
		if !ok || m.Op != ast.OpEq || m.Implied {
			continue
		}
		if c, ok := m.Left.(*ast.CT); !ok || c.Key != ast.CTHelper {
			continue
		}
		last := i == len(r.Stmts)-1
		for _, name := range textsOf(m.Right) {
			_, object := objects[name.Val]
			switch {
			case object && !kernelHelper(name.Val):
				var options []check.Option
				if v, ok := m.Right.(*ast.String); ok && last {
					options = append(options, check.Fix("assign "+name.Val, edit.Insert(v.Pos(), "set ")))
				}
				check.Report(pass, m, fmt.Sprintf("%s is an object of the table, and no helper of the kernel: this match never holds; assign it with ct helper set %q", name.Val, name.Val), options...)
			case last:
				options, hint := assignment(name, objects)
				check.Report(pass, m, fmt.Sprintf("this asks for helper %s and then does nothing; assign it with ct helper set %q%s", name.Val, hint, declared(objects, hint)), options...)
			}
		}
	}
}

// assignment returns the fix for a match at the end of a rule, and the name that
// is to be assigned: that of the only object that is for the helper.
func assignment(name *ast.String, objects map[string]string) ([]check.Option, string) {
	var found []string
	for object, helper := range objects {
		if helper == name.Val {
			found = append(found, object)
		}
	}
	if _, ok := objects[name.Val]; ok {
		return []check.Option{check.Fix("assign "+name.Val, edit.Insert(name.Pos(), "set "))}, name.Val
	}
	if len(found) != 1 {
		return nil, name.Val
	}
	return []check.Option{check.Fix("assign "+found[0], edit.Replace(name, fmt.Sprintf("set %q", found[0])))}, found[0]
}

func declared(objects map[string]string, name string) string {
	if _, ok := objects[name]; ok {
		return ""
	}
	return ", and declare a ct helper object of that name in the table"
}

// textsOf returns the texts that a match compares with.
func textsOf(e ast.Expr) []*ast.String {
	switch e := e.(type) {
	case *ast.String:
		return []*ast.String{e}
	case *ast.SetLit:
		var out []*ast.String
		for _, x := range e.Elems {
			if s, ok := x.Key.(*ast.String); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// helperOf returns the kernel's helper of an object.
func helperOf(o *ast.Object) string {
	for _, opt := range o.Options {
		if opt.Name == "type" && len(opt.Args) > 0 {
			if s, ok := opt.Args[0].(*ast.String); ok {
				return s.Val
			}
		}
	}
	return ""
}

// kernelHelpers are the names of the helpers in the kernel
// (nf_conntrack_helper.name in net/netfilter and net/ipv4/netfilter). Those for other
// ports than the usual ones have the port behind a hyphen.
var kernelHelpers = map[string]bool{
	"amanda": true, "ftp": true, "irc": true, "netbios-ns": true, "pptp": true, "sane": true, "sip": true, "snmp": true,
	"snmp_trap": true, "tftp": true, "RAS": true, "Q.931": true, "H.245": true,
}

func kernelHelper(name string) bool {
	if kernelHelpers[name] {
		return true
	}
	base, port, ok := strings.Cut(name, "-")
	return ok && kernelHelpers[base] && strings.Trim(port, "0123456789") == ""
}
