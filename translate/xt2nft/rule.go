package xt2nft

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/translate/nft"
)

// rule rewrites the rules of a chain, one after the other.
type rule struct {
	*table
	chain *ast.Chain // of the source
	// cur is the chain that the rules go to: that of the source, or one that
	// goes on where a rule had to divide it.
	cur *ast.Chain

	// Of the rule at hand:
	src     *ast.Rule
	number  int
	report  *Rule
	comment string
	proto   *ast.Match // that of -p, if it is not negated

	ruleSlab []ast.Rule
	stmtSlab []ast.Stmt
	outSlab  []*ast.Rule
}

// rewrite adds what a rule of the source is in nft.
func (w *rule) rewrite(src *ast.Rule, number int) {
	w.Rules = append(w.Rules, Rule{Table: w.table.src, Chain: w.chain, Source: src, Number: number, At: src.Span})
	w.src, w.number, w.report, w.proto = src, number, &w.Rules[len(w.Rules)-1], nil
	if w.comment = src.Comment; w.comment != "" {
		w.comment = w.readable("the comment", w.comment, maxComment)
	}
	if src.Bad {
		w.refuse(src.Span, "the line was not understood as a whole")
	}
	w.modernised()
	plain := w.isPlain()
	stmts := w.spared()
	n := len(stmts)
	for n > 0 && action(stmts[n-1]) {
		n--
	}
	cur, chains, rules := w.cur, len(w.dst.Chains), len(w.cur.Rules)
	if plain {
		w.whole(stmts[:n], stmts[n:])
	} else {
		conds := w.all(stmts[:n])
		acts := w.all(stmts[n:])
		if w.report.Kind != Refused {
			switch _, gives := w.late.rules[src]; {
			case gives && len(acts) == 0: // there is nothing to do before conntrack
			case gives:
				w.emit(conds, acts)
			default:
				w.emit(conds, append(w.counter(), acts...))
			}
		}
		w.try()
	}
	if w.Version.less(DefaultVersion) {
		for _, r := range w.report.Out {
			if why := w.unknown(r); why != "" {
				w.refuse(src.Span, "%s", why)
			}
		}
	}
	if w.report.Kind == Refused {
		// Its place is kept, for a comment.
		w.cur, w.dst.Chains = cur, w.dst.Chains[:chains]
		cur.Rules = append(cur.Rules[:rules], &ast.Rule{Span: src.Span})
		w.report.Out = cur.Rules[rules : rules+1 : rules+1]
	}
}

// try refuses the rule at hand if the printer refuses one of those that stand for
// it, or the version of nft does not know it.
func (w *rule) try() {
	o := w.printing()
	for _, r := range w.report.Out {
		if _, err := o.Rule(nil, r, w.dst); err != nil {
			why := err.Error()
			var f *nft.Refusal
			if errors.As(err, &f) {
				why = f.Reason
			}
			w.refuse(w.src.Span, "%s", why)
		}
	}
}

// refuse says why the rule at hand cannot be said; the first reason counts.
func (w *rule) refuse(at ast.Span, format string, args ...any) {
	if w.report.Kind == Refused {
		return
	}
	if !at.Valid() {
		at = w.src.Span
	}
	w.report.Kind, w.report.At = Refused, at
	w.report.Notes = []string{fmt.Sprintf(format, args...)}
}

// how says by what means the rule at hand is said.
func (w *rule) how(format string, args ...any) {
	if w.report.Kind == Refused {
		return
	}
	w.report.Kind = Equivalent
	s := fmt.Sprintf(format, args...)
	for _, n := range w.report.Notes {
		if n == s {
			return
		}
	}
	w.report.Notes = append(w.report.Notes, s)
}

// maxComment is how long nft's comments may be (NFTNL_UDATA_COMMENT_MAXLEN with
// its NUL), and so are the prefixes of logs (NF_LOG_PREFIXLEN).
const maxComment = 127

// readable returns a text that nft can read in quotes, which has no escapes.
func (w *rule) readable(what, s string, most int) string {
	if i := strings.IndexAny(s, "\"\n\r\x00"); i >= 0 {
		s = quotes.Replace(s)
		w.how("%s has characters that nft cannot read in quotes; it is %q", what, s)
	}
	if len(s) > most {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		w.how("%s is cut to %d bytes, of %d", what, most, len(s))
		s = s[:most]
	}
	return s
}

var quotes = strings.NewReplacer(`"`, "'", "\n", " ", "\r", " ", "\x00", "")

// action reports whether a statement belongs to a rule's target.
func action(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Match, *ast.AnyOf, *ast.Limit, *ast.Quota, *ast.ConnLimit:
		return false
	case *ast.Extension:
		return s.Target
	case *ast.Opaque:
		return s.Action
	}
	return true
}

// isPlain reports whether the rule is one of nft's as it is, and notes its
// protocol.
func (w *rule) isPlain() bool {
	plain := w.report.Kind != Refused
	for _, s := range w.src.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			if w.proto == nil && isProtocol(s) && s.Op == ast.OpEq {
				w.proto = s
			}
			plain = plain && !w.strange(s)
		case *ast.Verdict, *ast.Limit, *ast.Quota, *ast.Reject, *ast.Notrack, *ast.Queue:
		case *ast.Log:
			plain = plain && len(s.Prefix) <= maxComment && !strings.ContainsAny(s.Prefix, "\"\n\r")
		case *ast.NAT:
			plain = plain && s.PortBase == nil
		default:
			plain = false
		}
	}
	return plain
}

// isProtocol reports whether a match is that of -p.
func isProtocol(m *ast.Match) bool {
	k, ok := m.Left.(*ast.Meta)
	return ok && k.Key == ast.MetaL4proto
}

// counter returns the statement that counts what the rule at hand matches.
func (w *rule) counter() []ast.Stmt {
	switch {
	case w.Counters == NoCounters:
		return nil
	case w.Counters == KeepCounters && w.src.Counters != nil:
		return []ast.Stmt{&ast.Counter{Span: w.src.Span, Counters: *w.src.Counters}}
	}
	return []ast.Stmt{zero}
}

// zero is a counter that has not counted yet. All rules may share it, as nothing
// changes a ruleset once it is made.
var zero = &ast.Counter{}

// whole adds the rule at hand as one rule.
func (w *rule) whole(conds, acts []ast.Stmt) {
	count := w.Counters != NoCounters
	n := len(conds) + len(acts)
	if count {
		n++
	}
	if cap(w.stmtSlab)-len(w.stmtSlab) < n {
		w.stmtSlab = make([]ast.Stmt, 0, max(1024, n))
	}
	at := len(w.stmtSlab)
	for i, s := range conds {
		w.stmtSlab = append(w.stmtSlab, w.said(s, conds[i+1:]))
	}
	if count {
		w.stmtSlab = append(w.stmtSlab, w.counter()...)
	}
	for _, s := range acts {
		w.stmtSlab = append(w.stmtSlab, w.said(s, nil))
	}
	w.put(w.cur, w.stmtSlab[at:len(w.stmtSlab):len(w.stmtSlab)])
}

// put adds a rule to a chain of the result.
func (w *rule) put(c *ast.Chain, stmts []ast.Stmt) {
	if c != w.cur && w.proto != nil && needsTransport(stmts) && !hasProtocol(stmts) {
		// What the rule that leads here has asked for must be said again,
		// or nft would add it by itself.
		stmts = append([]ast.Stmt{w.proto}, stmts...)
	}
	if len(stmts) == 0 {
		stmts = []ast.Stmt{&ast.Verdict{Span: w.src.Span, Kind: ast.VerdictContinue}} // nft has no empty rules
	}
	if len(w.ruleSlab) == 0 {
		w.ruleSlab = make([]ast.Rule, 128)
	}
	r := &w.ruleSlab[0]
	w.ruleSlab = w.ruleSlab[1:]
	r.Span, r.Stmts, r.Comment = w.src.Span, stmts, w.comment
	c.Rules = append(c.Rules, r)
	if cap(w.outSlab)-len(w.outSlab) < len(w.report.Out)+1 {
		w.outSlab = make([]*ast.Rule, 0, max(1024, 2*len(w.report.Out)))
	}
	if n := len(w.report.Out); n == 0 {
		w.outSlab = append(w.outSlab, r)
		w.report.Out = w.outSlab[len(w.outSlab)-1 : len(w.outSlab) : len(w.outSlab)]
	} else {
		w.report.Out = append(w.report.Out, r)
	}
}

func hasProtocol(stmts []ast.Stmt) bool {
	for _, s := range stmts {
		m, ok := s.(*ast.Match)
		if !ok || m.Op != ast.OpEq {
			continue
		}
		if p, ok := m.Left.(*ast.Payload); ok && p.Field == ast.IPProtocol || isProtocol(m) {
			return true
		}
	}
	return false
}

// needsTransport reports whether nft asks for a transport protocol before one of
// the statements.
func needsTransport(stmts []ast.Stmt) bool {
	for _, s := range stmts {
		switch s := s.(type) {
		case *ast.Match:
			if ofTransport(s.Left) || ofConnection(s.Left) {
				return true
			}
		case *ast.Assign:
			if ofTransport(s.Left) {
				return true
			}
		case *ast.SetOp:
			if ofTransport(s.Key) {
				return true
			}
		case *ast.NAT:
			if s.Port != nil {
				return true
			}
		case *ast.Reject:
			if s.Kind == "tcp reset" {
				return true
			}
		case *ast.TProxy, *ast.Synproxy:
			return true
		}
	}
	return false
}

// ofTransport reports whether an expression reads a transport header, so that
// nft by itself asks for its protocol.
func ofTransport(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Payload:
		i := e.Field.Info()
		return i.Base == ast.BaseTransport && i.Proto != "th"
	case *ast.TCPOption, *ast.SCTPChunk, *ast.DCCPOption:
		return true
	case *ast.Binary:
		return ofTransport(e.Left)
	case *ast.Concat:
		for _, p := range e.Parts {
			if ofTransport(p) {
				return true
			}
		}
	}
	return false
}

// ofConnection reports whether an expression is a port of a connection: nft
// takes one only behind a protocol.
func ofConnection(e ast.Expr) bool {
	c, ok := e.(*ast.CT)
	return ok && (c.Key == ast.CTProtoSrc || c.Key == ast.CTProtoDst)
}
