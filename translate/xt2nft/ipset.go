package xt2nft

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// ipset is a set of ipset(8) as a table of nft has it.
type ipset struct {
	source *ast.Set // nil if nobody has told what is in it
	set    *ast.Set // nil for a list of sets, and for what cannot be said
	why    string   // it cannot be said
	dims   []string // ip, net, port, mac, mark, iface
}

// change is how rules change a set, so that it must be one that they may change.
func changed(rs *ast.Ruleset) map[string]bool {
	out := map[string]bool{}
	for _, t := range rs.Tables {
		each(t, func(e *ast.Extension) {
			for _, o := range setOptions(e) {
				name, _, _ := strings.Cut(text(e, o, ""), " ")
				out[name] = true
			}
		})
	}
	return out
}

// setOptions are the options of the target SET that a use of it has.
func setOptions(e *ast.Extension) (out []string) {
	if e.Name != "SET" || !e.Target {
		return nil
	}
	for _, o := range e.Options {
		if strings.HasSuffix(o.Name, "-set") {
			out = append(out, o.Name)
		}
	}
	return out
}

// inSet rewrites a match on a set.
func (w *rule) inSet(m *ast.Match, k *ast.IPSetKey) []ast.Stmt {
	ref, ok := m.Right.(*ast.SetRef)
	if !ok {
		w.refuse(m.Span, "match set: the set is not known")
		return nil
	}
	in, total := w.membership(m, ref.Name, k.Dst, 0)
	switch {
	case w.report.Kind == Refused:
		return nil
	case m.Op == ast.OpEq:
		return in
	case len(in) == 1 && total:
		if s, ok := in[0].(*ast.Match); ok {
			neg := *s
			neg.Op = ast.OpNe
			return one(&neg)
		}
		a := *in[0].(*ast.AnyOf)
		a.Not = true
		return one(&a)
	}
	return one(&ast.AnyOf{Span: m.Span, Not: true, Alts: [][]ast.Stmt{in}, Use: m.Use})
}

// membership returns the conditions that a packet is in a set, and whether each
// packet has what they look at.
func (w *rule) membership(m *ast.Match, name string, dst []bool, depth int) (in []ast.Stmt, total bool) {
	s := w.ipset(name, m.Span, len(dst))
	switch {
	case s.why != "":
		w.refuse(m.Span, "match set: set %s: %s", name, s.why)
		return nil, false
	case s.source == nil:
		w.how("set %s is declared, and empty: nothing says what is in it, so it has to be filled (or give the output of ipset save with --ipset)", name)
	case s.set == nil: // a list of sets
		if depth > 0 {
			w.refuse(m.Span, "match set: set %s: a list of lists", name)
			return nil, false
		}
		a := &ast.AnyOf{Span: m.Span, Use: m.Use}
		for _, e := range s.source.Elems {
			member, ok := e.Key.(*ast.SetRef)
			if !ok {
				w.refuse(m.Span, "match set: set %s: its members are not known", name)
				return nil, false
			}
			in, _ := w.membership(m, member.Name, dst, depth+1)
			a.Alts = append(a.Alts, in)
		}
		w.how("the list %s is one alternative for each of its sets", name)
		if len(a.Alts) == 1 {
			return a.Alts[0], false
		}
		return one(a), true
	}
	key, pre, total, why := w.setKey(m.Span, s, dst)
	if why != "" {
		w.refuse(m.Span, "match set: set %s: %s", name, why)
		return nil, false
	}
	if s.source != nil {
		w.how("the set %s of ipset is set %s of the table", name, s.set.Name)
	}
	return append(pre, &ast.Match{Span: m.Span, Left: key, Right: &ast.SetRef{Span: m.Span, Name: s.set.Name}, Use: m.Use}), total
}

// setKey returns what of a packet a set looks at, with what has to hold before, and
// whether each packet has it; or why nft cannot say it.
func (w *rule) setKey(at ast.Span, s *ipset, dst []bool) (key ast.Expr, pre []ast.Stmt, total bool, why string) {
	if len(dst) < len(s.dims) {
		return nil, nil, false, "the rule says src or dst for fewer dimensions than it has"
	}
	total = true
	var parts []ast.Expr
	for i, d := range s.dims {
		switch d {
		case "ip", "net":
			parts = append(parts, w.addr(at, dst[i]))
		case "port":
			total = false
			f := ast.THSport
			if dst[i] {
				f = ast.THDport
			}
			if len(s.dims) > 1 {
				parts = append(parts, &ast.Meta{Span: at, Key: ast.MetaL4proto})
			} else {
				// A set of ports alone is for TCP and UDP (ip_set_get_ip_port).
				protos := &ast.SetLit{Span: at, Elems: []*ast.Elem{{Span: at, Key: &ast.Int{Span: at, Val: 6}}, {Span: at, Key: &ast.Int{Span: at, Val: 17}}}}
				pre = append(pre, &ast.Match{Span: at, Left: &ast.Meta{Span: at, Key: ast.MetaL4proto}, Right: protos})
			}
			parts = append(parts, &ast.Payload{Span: at, Field: f})
		case "mac":
			total = false
			f := ast.EtherSaddr
			if dst[i] {
				f = ast.EtherDaddr
			}
			pre = append(pre, &ast.Match{Span: at, Left: &ast.Meta{Span: at, Key: ast.MetaIiftype}, Right: &ast.Int{Span: at, Val: arphrdEther}, Implied: true})
			parts = append(parts, &ast.Payload{Span: at, Field: f})
		case "mark":
			var mark ast.Expr = &ast.Meta{Span: at, Key: ast.MetaMark}
			if o := option(s.source, "markmask"); o != nil {
				if n, ok := o.(*ast.Int); ok && n.Val != 0xffffffff {
					mark = &ast.Binary{Span: at, Op: ast.OpAnd, Left: mark, Right: n}
				}
			}
			parts = append(parts, mark)
		case "iface":
			k := ast.MetaIifname
			if dst[i] {
				k = ast.MetaOifname
			}
			parts = append(parts, &ast.Meta{Span: at, Key: k})
		}
	}
	if len(parts) == 1 {
		return parts[0], pre, total, ""
	}
	return &ast.Concat{Span: at, Parts: parts}, pre, total, ""
}

func option(s *ast.Set, name string) ast.Expr {
	if s == nil {
		return nil
	}
	for _, o := range s.IPSetOpts {
		if o.Name == name && len(o.Args) > 0 {
			return o.Args[0]
		}
	}
	return nil
}

// ipset returns the set of that name, declared in the table.
func (t *table) ipset(name string, at ast.Span, dims int) *ipset {
	if s := t.ipsets[name]; s != nil {
		return s
	}
	s := &ipset{}
	t.ipsets[name] = s
	if i := slices.IndexFunc(t.IPSets, func(x *ast.Set) bool { return x.Name == name }); i >= 0 {
		s.source = t.IPSets[i]
	}
	if s.source == nil {
		if dims != 1 {
			s.why = "what it is made of is not known; give the output of ipset save with --ipset"
			return s
		}
		s.dims = []string{"net"}
		s.set = &ast.Set{Span: at, NameSpan: at, Name: t.sets.name(name), Key: []ast.Type{t.addrType()}, Flags: []string{"interval"}}
		if t.changed[name] {
			s.set.Flags = []string{"dynamic", "timeout"}
		}
		t.dst.Sets = append(t.dst.Sets, s.set)
		return s
	}
	kind, data, _ := strings.Cut(s.source.IPSet, ":")
	if kind == "list" {
		return s
	}
	s.dims = strings.Split(data, ",")
	set := &ast.Set{Span: s.source.Span, NameSpan: s.source.NameSpan, Name: t.sets.name(name), Key: s.source.Key, Comment: s.source.Comment}
	if s.why = t.elements(s, set); s.why != "" {
		return s
	}
	s.set = set
	t.dst.Sets = append(t.dst.Sets, set)
	return s
}

// elements gives a set its flags and elements; the result is why it cannot.
func (t *table) elements(s *ipset, set *ast.Set) string {
	src := s.source
	timeouts := src.Timeout != 0
	interval, excluded := false, false
	for _, e := range src.Elems {
		if why := t.strangeElement(s, e); why != "" {
			return why
		}
		interval = interval || wide(e.Key)
		excluded = excluded || e.NoMatch
	}
	for _, k := range set.Key {
		if (k == ast.TypeIPv4Addr || k == ast.TypeIPv6Addr) && k != t.addrType() {
			return "it is for addresses of the other family, which iptables refuses, too"
		}
	}
	if t.changed[src.Name] {
		if interval {
			return "rules add elements to it, and it has networks: a set of nft is for the one or the other"
		}
		set.Flags = append(set.Flags, "dynamic")
		set.Size = src.Size
	}
	if interval {
		set.Flags = append(set.Flags, "interval")
	}
	if timeouts {
		// Elements that stay for ever have none in nft where the set has
		// none, so each of the others says its own.
		set.Flags = append(set.Flags, "timeout")
	}
	elems := src.Elems
	if interval && len(set.Key) == 1 && (excluded || overlapping(elems)) {
		if timeouts {
			return "some of its networks lie in others and all have timeouts; nft takes no such elements"
		}
		elems = disjoint(elems)
	} else if excluded {
		return "it excludes parts of combinations of networks (nomatch)"
	} else if interval {
		elems = outermost(elems)
	}
	for _, e := range elems {
		more := e.Extra()
		own := &ast.Elem{Span: e.Span, Key: e.Key}
		if more.Timeout != 0 || more.Comment != "" {
			own.More = &ast.ElemMore{Timeout: more.Timeout, Comment: cut(quotes.Replace(more.Comment))}
		}
		set.Elems = append(set.Elems, own)
	}
	return ""
}

func cut(s string) string {
	if len(s) > maxComment {
		return strings.ToValidUTF8(s[:maxComment], "")
	}
	return s
}

// strangeElement says what of an element nft cannot say.
func (t *table) strangeElement(s *ipset, e *ast.Elem) string {
	c, ok := e.Key.(*ast.Concat)
	if !ok {
		return ""
	}
	proto := slices.Index(s.source.Key, ast.TypeInetProto)
	for i, p := range c.Parts {
		switch p := p.(type) {
		case *ast.Concat:
			return "it has ports of bridges (physdev)"
		case *ast.Unknown:
			return "it has elements for any hardware address"
		case *ast.Int:
			if i == proto && portFields[p.Val] == [2]ast.Field{} {
				return "it has elements of protocols without ports"
			}
		}
	}
	return ""
}

// wide reports whether a key has more than one value.
func wide(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Prefix, *ast.Range:
		return true
	case *ast.Concat:
		return slices.ContainsFunc(e.Parts, wide)
	}
	return false
}

// span is a range of addresses that are in a set, or not.
type addrSpan struct {
	lo, hi netip.Addr
	at     ast.Span
	not    bool
}

// addrSpans returns the ranges of elements, the wider ones first where they begin
// alike; nil if some are of other types.
func addrSpans(elems []*ast.Elem) []addrSpan {
	out := make([]addrSpan, 0, len(elems))
	for _, e := range elems {
		s := addrSpan{at: e.Span, not: e.NoMatch}
		switch k := e.Key.(type) {
		case *ast.Addr:
			s.lo, s.hi = k.Addr, k.Addr
		case *ast.Prefix:
			s.lo, s.hi = k.Prefix.Addr(), lastAddr(k.Prefix)
		case *ast.Range:
			lo, ok1 := k.Lo.(*ast.Addr)
			hi, ok2 := k.Hi.(*ast.Addr)
			if !ok1 || !ok2 {
				return nil
			}
			s.lo, s.hi = lo.Addr, hi.Addr
		default:
			return nil
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b addrSpan) int {
		if c := a.lo.Compare(b.lo); c != 0 {
			return c
		}
		return b.hi.Compare(a.hi)
	})
	return out
}

func lastAddr(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// overlapping reports whether some elements lie in others.
func overlapping(elems []*ast.Elem) bool {
	spans := addrSpans(elems)
	for i := 1; i < len(spans); i++ {
		if spans[i].lo.Compare(spans[i-1].hi) <= 0 {
			return true
		}
	}
	return false
}

// disjoint returns elements for the addresses that are in a set whose networks lie
// in one another: the smallest one that an address is in says whether it is in the
// set.
func disjoint(elems []*ast.Elem) []*ast.Elem {
	var out []*ast.Elem
	var open []addrSpan
	var at netip.Addr // the first address that is not told of yet
	until := func(end netip.Addr) {
		top := open[len(open)-1]
		if at.Compare(end) > 0 || top.not {
			return
		}
		if n := len(out); n > 0 {
			if r := out[n-1].Key.(*ast.Range); r.Hi.(*ast.Addr).Addr.Next() == at {
				r.Hi = &ast.Addr{Span: top.at, Addr: end}
				return
			}
		}
		out = append(out, &ast.Elem{Span: top.at, Key: &ast.Range{Span: top.at, Lo: &ast.Addr{Span: top.at, Addr: at}, Hi: &ast.Addr{Span: top.at, Addr: end}}})
	}
	closeBefore := func(a netip.Addr, all bool) {
		for len(open) > 0 && (all || open[len(open)-1].hi.Less(a)) {
			end := open[len(open)-1].hi
			until(end)
			if !at.IsValid() || at.Compare(end) <= 0 {
				at = end.Next()
			}
			open = open[:len(open)-1]
		}
	}
	for _, s := range addrSpans(elems) {
		closeBefore(s.lo, false)
		if len(open) > 0 && at.Less(s.lo) {
			until(s.lo.Prev())
		}
		at = s.lo
		open = append(open, s)
	}
	closeBefore(netip.Addr{}, true)
	for _, e := range out {
		if r := e.Key.(*ast.Range); r.Lo.(*ast.Addr).Addr == r.Hi.(*ast.Addr).Addr {
			e.Key = r.Lo
		}
	}
	return out
}

// outermost leaves out combinations that lie in others.
func outermost(elems []*ast.Elem) []*ast.Elem {
	var out []*ast.Elem
	for i, e := range elems {
		in := false
		for j, o := range elems {
			if i != j && covers(o.Key, e.Key) && !(covers(e.Key, o.Key) && i < j) {
				in = true
				break
			}
		}
		if !in {
			out = append(out, e)
		}
	}
	return out
}

// covers reports whether each value of b is one of a.
func covers(a, b ast.Expr) bool {
	switch a := a.(type) {
	case *ast.Concat:
		c, ok := b.(*ast.Concat)
		if !ok || len(c.Parts) != len(a.Parts) {
			return false
		}
		for i := range a.Parts {
			if !covers(a.Parts[i], c.Parts[i]) {
				return false
			}
		}
		return true
	case *ast.Prefix:
		switch b := b.(type) {
		case *ast.Prefix:
			return a.Prefix.Bits() <= b.Prefix.Bits() && a.Prefix.Contains(b.Prefix.Addr())
		case *ast.Addr:
			return a.Prefix.Contains(b.Addr)
		}
		return false
	case *ast.Range:
		lo, hi, ok := bounds(a)
		l, h, ok2 := bounds(b)
		return ok && ok2 && lo <= l && h <= hi
	}
	return ast.Equal(a, b)
}
