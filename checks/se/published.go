package se

import (
	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/outside"
	"github.com/ctlint/ctlint/semantics"
)

// publication is a rule that sends first packets of TCP or UDP to another host.
type publication struct {
	way  *semantics.Way // through the host
	rule *ast.Rule
	// packets are those that it translates, as the filter chains of FORWARD see them.
	packets semantics.Set
}

// publicationsOf returns the rules that send first packets through the host.
func publicationsOf(h *outside.Host) (out []publication) {
	for _, w := range h.Ways() {
		if w.Hook != ast.HookForward {
			continue
		}
		first := w.Where(semantics.Fields{State: ast.StateNew, Protos: outside.Protocols, Whole: true, Unmarked: true, Status: ast.StatusDNAT})
		for r := range w.Rules() {
			if r.Bad || !sendsElsewhere(r) {
				continue
			}
			if p := w.Rule(r).Translates.And(first).Must(); p.Some() {
				out = append(out, publication{w, r, p})
			}
		}
	}
	return out
}

func sendsElsewhere(r *ast.Rule) bool {
	for _, s := range r.Stmts {
		if n, ok := s.(*ast.NAT); ok && n.Kind == ast.DNAT {
			return true
		}
	}
	return false
}

// asSent returns the conditions of a rule with those on the destination's port, and
// its address, put to what the packet had before it was translated; false if it has
// none of these.
func asSent(r *ast.Rule, family ast.Family, port, address bool) (out []ast.Stmt, ok bool) {
	for _, s := range r.Stmts {
		m, is := s.(*ast.Match)
		if !is {
			out = append(out, s)
			continue
		}
		p, is := m.Left.(*ast.Payload)
		if !is {
			out = append(out, s)
			continue
		}
		changed := *m
		switch {
		case port && p.Field.Info().Name == "dport":
			changed.Left = &ast.CT{Key: ast.CTProtoDst, Dir: ast.DirOriginal}
		case address && (p.Field == ast.IPDaddr || p.Field == ast.IP6Daddr):
			changed.Left = &ast.CT{Key: ast.CTDaddr, Dir: ast.DirOriginal, Family: family}
		default:
			out = append(out, s)
			continue
		}
		out, ok = append(out, &changed), true
	}
	return out, ok
}

// verdictOf returns the plain verdict of a rule; false if it has another.
func verdictOf(r *ast.Rule) (accept, ok bool) {
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Reject:
			return false, true
		case *ast.Verdict:
			return s.Kind == ast.VerdictAccept, s.Kind == ast.VerdictAccept || s.Kind == ast.VerdictDrop
		}
	}
	return false, false
}
