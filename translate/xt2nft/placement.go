package xt2nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// anywhere are the extensions that x_tables takes in some tables or hooks alone
// (xt_match.table and hooks, xt_target likewise), and that nft says with means that
// have no bounds: they write to the packet (nft_payload_set, nft_exthdr_tcp_set,
// nft_exthdr_tcp_strip), or look at what there is of it (nft_meta_get). What nft has
// bounds for itself is not among them: NAT, REJECT, TPROXY, SYNPROXY, rpfilter,
// socket, osf; and what would come too late, such as NOTRACK behind conntrack.
var anywhere = map[string]string{
	"TOS": "", "DSCP": "", "ECN": "", "TTL": "", "HL": "", "TCPOPTSTRIP": "", "CLASSIFY": "",
	"realm":  "a packet that is not routed yet has no realm, and matches nothing",
	"owner":  "a packet without a socket has no owner, and matches nothing",
	"cgroup": "a packet without a socket has no cgroup, and matches nothing",
	"mac":    "a packet that has come from no device of Ethernet matches nothing",
}

// Place reports whether a rule that x_tables refuses for its place has a translation
// all the same, which the kernel takes, and what to know of it: nft has no such bound.
// An extension of one protocol whose rule has no -p, which iptables-extensions(8) asks
// for, gets it: nft asks for the protocol by itself.
func Place(rs *ast.Ruleset, e *grammar.Error) (note string, ok bool) {
	if e.Kind != grammar.Placement || e.Ext == "" {
		return "", false
	}
	if note, ok := anywhere[e.Ext]; ok {
		return note, true
	}
	for _, f := range []ast.Family{ast.FamilyIP, ast.FamilyIP6} {
		x := ext.Find(e.Ext, false, f)
		if x == nil || len(x.Protos) != 1 || len(x.Tables)+len(x.Hooks) > 0 {
			continue
		}
		r := ruleAt(rs, f, e.Span)
		if r == nil {
			continue
		}
		proto := &ast.Match{Span: e.Span, Left: &ast.Meta{Span: e.Span, Key: ast.MetaL4proto}, Right: &ast.Int{Span: e.Span, Val: uint64(x.Protos[0])}}
		r.Stmts = append([]ast.Stmt{proto}, r.Stmts...)
		return "it is read as if it had -p " + ext.ProtoName(x.Protos[0]), true
	}
	return "", false
}

// ruleAt returns the rule of a family in whose text a place is.
func ruleAt(rs *ast.Ruleset, f ast.Family, at ast.Span) *ast.Rule {
	for _, t := range rs.Tables {
		if t.Family != f {
			continue
		}
		for _, c := range t.Chains {
			for _, r := range c.Rules {
				if r.From <= at.From && at.From < r.To {
					return r
				}
			}
		}
	}
	return nil
}
