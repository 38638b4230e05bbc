package xt2nft

import (
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// SET adds what a packet has to a set, or takes it out, and goes on. With --exist,
// the timeout of what is there already begins anew, as it does with update in nft.
var _ = target("SET", func(w *rule, e *ast.Extension) (out []ast.Stmt) {
	for _, o := range setOptions(e) {
		name, dirs, _ := strings.Cut(text(e, o, ""), " ")
		if o == "map-set" {
			w.refuse(e.Span, "target SET: nft does not take marks, priorities and queues out of a set (--map-set)")
			return nil
		}
		var dst []bool
		for d := range strings.SplitSeq(dirs, ",") {
			dst = append(dst, d == "dst")
		}
		s := w.ipset(name, e.Span, len(dst))
		switch {
		case s.why != "":
			w.refuse(e.Span, "target SET: set %s: %s", name, s.why)
			return nil
		case s.set == nil:
			w.refuse(e.Span, "target SET: set %s: which set of a list is meant, the kernel finds out as it goes", name)
			return nil
		}
		key, pre, _, why := w.setKey(e.Span, s, dst)
		if why == "" && len(pre) > 0 {
			why = "not every packet has what it holds"
		}
		if why != "" {
			w.refuse(e.Span, "target SET: set %s: %s", name, why)
			return nil
		}
		op := &ast.SetOp{Span: e.Span, Verb: "add", Set: s.set.Name, Key: key, Use: e.Use}
		switch {
		case o == "del-set":
			op.Verb = "delete"
		case e.Option("exist") != nil:
			op.Verb = "update"
		}
		if op.Verb != "delete" && s.source != nil {
			op.Timeout = s.source.Timeout
		}
		if t := text(e, "timeout", ""); t != "" && op.Verb != "delete" {
			n, err := strconv.ParseUint(t, 10, 32)
			if err != nil {
				w.refuse(e.Span, "target SET: the timeout is not known")
				return nil
			}
			op.Timeout = n * 1000
		}
		w.how("the set %s of ipset is set %s of the table", name, s.set.Name)
		out = append(out, op)
	}
	return out
})
