package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// What can only be told when all of a script has been read.

// checkChain tells of a policy in a chain that no hook calls (EOPNOTSUPP of
// nf_tables_addchain). A chain without rules may be one that is loaded already, of
// which the script changes the policy.
func (b *builder) checkChain(c *chainBuild) {
	if c.Policy != ast.PolicyNone && c.Hook == ast.HookNone && len(c.Rules) > 0 && !b.hidden {
		b.fail(&grammar.Error{
			Span: c.PolicySpan, Kind: grammar.Placement, Msg: "the chain " + c.Name + " has a policy and no hook",
			Want: "type, hook and priority in the chain, or no policy",
		})
	}
}

// checkDevices tells of chains that stand at no device: they see no packet. Linux
// takes them since 6.4, nft since 1.0.8, so that devices can be added later. The JSON
// of nft 1.0.6 names no devices, and is not asked.
func (b *builder) checkDevices() {
	if b.hidden || len(b.errs) > 0 {
		return // the devices may be what could not be read
	}
	for _, t := range b.tables {
		for _, c := range t.chains {
			if (c.Hook == ast.HookIngress || c.Hook == ast.HookEgress) && len(c.Devices) == 0 {
				b.fail(&grammar.Error{
					Span: c.HookSpan, Kind: grammar.Lost, Msg: "the chain " + c.Name + " stands at no device, so it sees no packet; nft before 1.0.8 refuses it",
					Want: "device or devices behind the hook",
				})
			}
		}
	}
}

// checkIntervals tells of the first element that is more than one value, in a set
// whose flags do not say that it has such (interval_set_eval of nft).
func (b *builder) checkIntervals(s *ast.Set) {
	if len(s.Key) == 0 && s.KeyExpr == nil {
		return // it is declared elsewhere
	}
	if slices.Contains(s.Flags, "interval") {
		return
	}
	for _, e := range s.Elems {
		kind, at := severalValues(e.Key)
		if kind == "" {
			continue
		}
		what := "set"
		if len(s.Data) > 0 || s.DataExpr != nil || s.Object != ast.ObjectNone {
			what = "map"
		}
		b.fail(&grammar.Error{
			Span: at, Kind: grammar.Placement, Msg: "a " + kind + " in the " + what + " " + s.Name + ", which has single values",
			Want: "flags interval in the " + what,
		})
		return
	}
}

// severalValues says what an element's key is, and where, if it is not one value.
func severalValues(e ast.Expr) (kind string, at ast.Span) {
	switch e := e.(type) {
	case *ast.Prefix:
		return "prefix", e.Span
	case *ast.Range:
		return "range", e.Span
	case *ast.String:
		if e.Wildcard {
			return "name with an asterisk", e.Span
		}
	case *ast.Concat:
		for _, p := range e.Parts {
			if kind, at = severalValues(p); kind != "" {
				return kind, at
			}
		}
	}
	return "", at
}
