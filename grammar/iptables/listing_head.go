package iptables

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// listHead is the first line of a chain: Chain INPUT (policy DROP 3 packets, 180
// bytes), or Chain mine (2 references).
type listHead struct {
	ast.Span
	name       ext.Word
	builtin    bool // it has a policy
	policy     ast.Policy
	policySpan ast.Span
	counters   *ast.Counters
}

func isChainHead(line string) bool {
	name, ok := strings.CutPrefix(line, "Chain ")
	if !ok {
		return false
	}
	i := strings.Index(name, " (")
	return i > 0 && !strings.ContainsAny(name[:i], " \t")
}

// chain reads a chain's head.
func (l *listing) chain(c *listChain) *listedChain {
	line, at := c.Head.Value, uint32(c.Head.Pos.Offset)
	h := listHead{Span: l.f.span(at, at+uint32(len(line)))}
	base := l.f.base + at
	from := len("Chain ")
	name, rest, _ := strings.Cut(line[from:], " (")
	h.name = ext.Word{Span: span(base, from, from+len(name)), Text: name}
	at = uint32(from + len(name) + 2)
	inner, whole := strings.CutSuffix(rest, ")")
	sub := func(from, to int) ast.Span { return span(base, int(at)+from, int(at)+to) }
	words := cellsOf(inner)
	text := func(i int) string {
		if i < len(words) {
			return inner[words[i].from:words[i].to]
		}
		return ""
	}
	switch {
	case !whole:
		l.fail(grammar.Errorf(h.Span, "the chain's line is not whole").Expected("a ) at its end"))
	case len(words) == 2 && text(1) == "references":
		return &listedChain{listHead: h}
	case text(0) != "policy":
		l.fail(grammar.Errorf(sub(0, len(inner)), "%q is neither a policy nor a number of references", inner).Expected("(policy ACCEPT), or (1 references)"))
	}
	if text(0) != "policy" {
		return &listedChain{listHead: h}
	}
	h.builtin = true
	policy := strings.TrimSuffix(text(1), ",")
	h.policySpan = sub(0, len(inner))
	if len(words) > 1 {
		h.policySpan = sub(words[1].from, words[1].from+len(policy))
	}
	switch policy {
	case "ACCEPT":
		h.policy = ast.PolicyAccept
	case "DROP":
		h.policy = ast.PolicyDrop
	default:
		e := grammar.Errorf(h.policySpan, "%q is no policy", policy).Expected("ACCEPT or DROP")
		e.Hint = grammar.Near(policy, []string{"ACCEPT", "DROP"})
		l.fail(e)
	}
	if len(words) == 6 && text(3) == "packets," && text(5) == "bytes" {
		packets, ok1 := listedCount(text(2))
		bytes, ok2 := listedCount(text(4))
		if ok1 && ok2 {
			h.counters = &ast.Counters{Packets: packets, Bytes: bytes}
		} else {
			l.fail(grammar.Errorf(sub(words[2].from, words[5].to), "%q are no counters", inner[words[2].from:]).Expected("numbers of packets and bytes"))
		}
	} else if len(words) > 2 && whole {
		l.fail(grammar.Errorf(sub(words[2].from, len(inner)), "%q are no counters", inner[words[2].from:]).Expected("numbers of packets and bytes"))
	}
	return &listedChain{listHead: h}
}

// columns are those that a listing has: iptables -L prints more of them with -v
// and with --line-numbers.
type columns struct {
	num, counters, target, opt, in, out bool
}

// columnNames are the names of all columns, in their order.
var columnNames = []string{"num", "pkts", "bytes", "target", "prot", "opt", "in", "out", "source", "destination"}

func isColumnHead(line string) bool {
	prot, source := false, false
	for _, c := range strings.Fields(line) {
		prot, source = prot || c == "prot", source || c == "source"
	}
	return prot && source && !strings.ContainsAny(line, "/:.*")
}

// columns reads the names of the columns.
func (l *listing) columns(t *lexer.Token) *columns {
	base := l.f.base + uint32(t.Pos.Offset)
	c := &columns{}
	has := map[string]*bool{"num": &c.num, "pkts": &c.counters, "target": &c.target, "opt": &c.opt, "in": &c.in, "out": &c.out}
	next := 0
	for _, w := range cellsOf(t.Value) {
		name := t.Value[w.from:w.to]
		i := next
		for i < len(columnNames) && columnNames[i] != name {
			i++
		}
		if i == len(columnNames) {
			l.fail(grammar.Errorf(span(base, w.from, w.to), "the column %q is not known here", name).Expected("%s", strings.Join(columnNames, " ")))
			continue
		}
		if p := has[name]; p != nil {
			*p = true
		}
		next = i + 1
	}
	if next != len(columnNames) {
		l.fail(grammar.Errorf(span(base, 0, len(t.Value)), "the columns do not end with source destination").Expected("the whole line, as iptables prints it"))
	}
	if !(c.in && c.out) && !l.hidden {
		l.hidden = true
		l.fail(&grammar.Error{
			Span: span(base, 0, len(t.Value)), Kind: grammar.RunTime,
			Msg:  "the listing has no columns for the interfaces, so nothing can be claimed about the packets that its rules match",
			Want: "what iptables-save prints, or iptables -L -n -v",
		})
	}
	return c
}
