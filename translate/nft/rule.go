package nft

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// rule prints a rule: its statements, and its comment.
func (p *printer) rule(r *ast.Rule) {
	outer, outerRule, outerStmt := p.begin(r), p.rl, p.stmt
	p.rl, p.stmt = r, nil
	if r.Bad {
		p.refuse(r, "the rule was not understood as a whole")
	}
	mark := len(p.hide)
	hide := p.unsaid(r)
	first := true
	for i, s := range r.Stmts {
		if hide[i] {
			continue
		}
		if !first {
			p.b = append(p.b, ' ')
		}
		first = false
		p.stmt = s
		p.statement(s)
	}
	p.stmt = nil
	if first {
		p.refuse(r, "the rule has no statement, and nft no empty rules")
	}
	if r.Comment != "" {
		p.b = append(p.b, ' ')
		p.comment(r, r.Comment)
	}
	p.hide = p.hide[:mark]
	p.unit, p.rl, p.stmt = outer, outerRule, outerStmt
}

// unsaid returns which statements of a rule are left out, as nft adds them by
// itself. A rule to which nft would add more is refused: the text would mean less
// than the rule.
func (p *printer) unsaid(r *ast.Rule) []bool {
	mark := len(p.hide)
	var err *grammar.Error
	if p.hide, err = p.implier.Unsaid(p.hide, p.table.Family, r); err != nil {
		p.refuse(err, "%s", err.Msg)
	}
	return p.hide[mark:]
}

// statement prints a statement of a rule.
func (p *printer) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.Match:
		p.match(s)
	case *ast.Verdict:
		p.verdict(s)
	case *ast.VMap:
		p.mapping(s.Key, " vmap ", s.Map, domain{typ: ast.TypeVerdict})
	case *ast.Counter:
		p.counter(s)
	case *ast.Last:
		p.last(s)
	case *ast.ObjRef:
		p.objRef(s)
	case *ast.Log:
		p.log(s)
	case *ast.Limit:
		p.text("limit ")
		p.limit(s)
	case *ast.Quota:
		p.text("quota ")
		p.quota(s)
	case *ast.ConnLimit:
		p.connLimit(s)
	case *ast.Reject:
		p.reject(s)
	case *ast.NAT:
		p.nat(s)
	case *ast.Notrack:
		p.text("notrack")
	case *ast.Assign:
		p.assign(s)
	case *ast.Reset:
		p.text("reset ")
		p.expr(s.Target, domain{})
	case *ast.Dup:
		p.dup(s)
	case *ast.Fwd:
		p.fwd(s)
	case *ast.Queue:
		p.queue(s)
	case *ast.TProxy:
		p.tproxy(s)
	case *ast.Synproxy:
		p.text("synproxy")
		p.synproxy(s)
	case *ast.FlowAdd:
		p.text("flow add @")
		p.name(s, "the flowtable", s.Table)
	case *ast.SetOp:
		p.setOp(s)
	case *ast.Meter:
		p.meter(s)
	case *ast.AnyOf:
		p.refuse(s, "one rule of nft's cannot say that one of several conditions holds")
	case *ast.Extension:
		p.extension(s)
	case *ast.Opaque:
		p.refuse(s, "%q was not understood", s.Text)
	case nil:
		p.refuse(nil, "a statement is missing")
	default:
		p.refuse(s, "%T is no statement that nft has", s)
	}
}

// extension refuses a match or a target of xtables. What nft itself lists of an
// extension, it lists with this text again, and reads as little as before.
func (p *printer) extension(e *ast.Extension) {
	what := "match"
	if e.Target {
		what = "target"
	}
	if e.Use == 0 && len(e.Options) == 0 {
		p.text("xt ")
		p.text(what)
		p.b = append(p.b, ' ')
		p.quoted(e, "the extension", e.Name)
		return
	}
	p.refuse(e, "nft has nothing like the %s %s of xtables", what, e.Name)
}
