package semantics

import (
	"slices"
	"strconv"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/semantics/bdd"
)

// condition returns the packets for which a statement holds; ok is false if it is
// an action.
func (c *compiler) condition(s ast.Stmt) (n bdd.Node, ok bool) {
	switch s := s.(type) {
	case *ast.Match:
		return c.match(s), true
	case *ast.AnyOf:
		n := bdd.False
		for _, alt := range s.Alts {
			all := bdd.True
			for _, st := range alt {
				if m, ok := c.condition(st); ok {
					all = c.store.And(all, m)
				}
			}
			n = c.store.Or(n, all)
		}
		if s.Not {
			n = bdd.Not(n)
		}
		return n, true
	case *ast.Limit, *ast.Quota, *ast.ConnLimit, *ast.Meter, *ast.FlowAdd:
		return c.stateful(s, ""), true
	case *ast.ObjRef:
		if s.Kind != ast.ObjectLimit && s.Kind != ast.ObjectQuota {
			return 0, false
		}
		return c.stateful(s, ""), true
	case *ast.SetOp:
		if s.Verb == "delete" {
			return 0, false
		}
		return c.stateful(s, ""), true // the set may be full (nft_dynset_eval), or its limit reached
	case *ast.Extension:
		if s.Target {
			return 0, false
		}
		if pureExtensions[s.Name] {
			if of, ok := negated(s); ok {
				return bdd.Not(c.pure(of)), true
			}
			return c.pure(s), true
		}
		return c.stateful(s, ""), true
	case *ast.Opaque:
		if s.Action {
			return 0, false
		}
		return c.stateful(s, ""), true
	}
	return 0, false
}

// pureExtensions are the matches without an nft shape which look at nothing but the
// packet, so that two of them with the same words agree. All others count, draw
// lots or look at the clock.
var pureExtensions = map[string]bool{
	"string": true, "u32": true, "bpf": true, "ipv6header": true, "policy": true, "addrtype": true, "rpfilter": true, "osf": true, "owner": true,
	"socket": true, "tcp": true, "udp": true, "sctp": true, "dccp": true, "ah": true, "esp": true, "frag": true, "hbh": true, "dst": true, "rt": true,
	"mh": true, "conntrack": true, "connlabel": true, "helper": true, "physdev": true, "realm": true, "devgroup": true, "cgroup": true,
}

// negatedBy are the options whose negation turns a whole match around.
var negatedBy = map[string][]string{"string": {"string", "hex-string"}, "u32": {"u32"}}

// negated returns the match of which e is the negation; ok is false if it is none.
func negated(e *ast.Extension) (of *ast.Extension, ok bool) {
	for _, name := range negatedBy[e.Name] {
		if o := e.Option(name); o != nil && o.Not {
			of := *e
			of.Options = slices.Clone(e.Options)
			of.Option(name).Not = false
			return &of, true
		}
	}
	return nil, false
}

// stateful returns the packets for which a condition holds that nobody can know,
// and that may hold one time and not the next.
func (c *compiler) stateful(s ast.Stmt, what string) bdd.Node {
	return c.unknown(fresh(s, c.instance, what), Free{Stmt: s, What: what, Table: c.table})
}

// pure returns the packets for which a condition holds that nobody can know, but
// that holds wherever the same words stand. Sets and maps are those of the table.
func (c *compiler) pure(s ast.Stmt) bdd.Node { return c.pureKey(s, "") }

func (c *compiler) pureKey(s ast.Stmt, what string) bdd.Node {
	key := c.place() + what + string(ast.AppendMeaning(nil, s))
	if namesSet(s) {
		key += " of " + c.table.Family.String() + " " + c.table.Name
	}
	return c.unknown(key, Free{Stmt: s, What: what, Table: c.table})
}

func namesSet(s ast.Stmt) bool {
	for n := range ast.Preorder(s) {
		if _, ok := n.(*ast.SetRef); ok {
			return true
		}
	}
	return false
}

// steady reports whether what a condition gives stays the same while a packet
// passes: it looks up no set that rules fill, and no number is drawn.
func (c *compiler) steady(n ast.Node) bool {
	for n := range ast.Preorder(n) {
		switch n := n.(type) {
		case *ast.SetRef:
			if s := c.set(n); s == nil || s.IPSet != "" || isDynamic(s) {
				return false
			}
		case *ast.Numgen, *ast.Opaque, *ast.Unknown:
			return false
		case *ast.Meta:
			if n.Key == ast.MetaRandom || c.written[ast.Dump(n)] {
				return false
			}
		case *ast.Payload, *ast.CT:
			if c.written[ast.Dump(n)] {
				return false
			}
		}
	}
	return true
}

// doubt returns the packets for which a condition holds that is not understood.
// What tells parts of it apart.
func (c *compiler) doubt(s ast.Stmt, what string) bdd.Node {
	if m, ok := s.(*ast.Match); ok && m.Op == ast.OpNe {
		eq := *m // of which it is the negation
		eq.Op = ast.OpEq
		s = &eq
	}
	if !c.steady(s) {
		return c.stateful(c.asks, what)
	}
	return c.pureKey(s, what)
}

// match returns the packets for which a match holds.
func (c *compiler) match(m *ast.Match) bdd.Node {
	c.asks, c.elem = m, ""
	if b, ok := m.Right.(*ast.Bool); ok {
		return c.presence(m, b.Val != (m.Op == ast.OpNe))
	}
	if m.Op == ast.OpEq || m.Op == ast.OpNe {
		in, present := c.member(m, m.Left, m.Right)
		if m.Op == ast.OpEq {
			return in
		}
		if c.withoutSocket(m) {
			return bdd.Not(in)
		}
		return c.store.Diff(present, in)
	}
	right, ok := constant(m.Right)
	out := bdd.False
	for _, x := range c.operand(m.Left) {
		var n bdd.Node
		if !ok || x.kind == isUnknown || x.kind == isName || x.kind == isNameCode {
			n = c.doubt(m, "")
		} else {
			n = c.compare(x, m.Op, right)
		}
		out = c.store.Or(out, c.store.And(x.guard, n))
	}
	return out
}

// withoutSocket reports whether a negated match of xtables holds of packets that
// have no socket (owner_mt).
func (c *compiler) withoutSocket(m *ast.Match) bool {
	left, ok := m.Left.(*ast.Meta)
	return ok && c.table != nil && c.table.Xtables && (left.Key == ast.MetaSkuid || left.Key == ast.MetaSkgid)
}

// presence returns the packets that have, or lack, something.
func (c *compiler) presence(m *ast.Match, want bool) bdd.Node {
	n := bdd.False
	switch left := m.Left.(type) {
	case *ast.TCPOption, *ast.SCTPChunk, *ast.DCCPOption, *ast.Exthdr, *ast.IPOption:
		guard := bdd.True
		switch left.(type) {
		case *ast.TCPOption:
			guard = c.transport(protoTCP)
		case *ast.SCTPChunk:
			guard = c.transport(protoSCTP)
		case *ast.DCCPOption:
			guard = c.transport(protoDCCP)
		case *ast.Exthdr:
			guard = c.only(ast.FamilyIP6)
		case *ast.IPOption:
			guard = c.only(ast.FamilyIP)
		}
		has := c.fact("has " + presence(left))
		if !want {
			has = bdd.Not(has)
		}
		if x, ok := left.(*ast.Exthdr); ok && x.Header == "frag" && want {
			// A later fragment of IPv6 is one by that header.
			has = c.store.Or(has, c.flag(FieldFragment))
		}
		return c.store.And(guard, has)
	case *ast.Fib, *ast.Rt, *ast.Socket, *ast.Ipsec, *ast.TunnelInfo, *ast.Meta:
		n = c.fact(c.place() + ast.Dump(left) + " exists")
	default:
		o := c.operand(m.Left)
		for _, x := range o {
			if x.kind == isUnknown {
				return c.doubt(m, "")
			}
			n = c.store.Or(n, x.guard)
		}
	}
	if !want {
		n = bdd.Not(n)
	}
	return n
}

// compare returns the packets for which an option stands so to a number.
func (c *compiler) compare(x option, op ast.Op, v bdd.U128) bdd.Node {
	switch op {
	case ast.OpAny:
		return c.anyBit(x, v)
	case ast.OpNone:
		return bdd.Not(c.anyBit(x, v))
	case ast.OpLe:
		return c.within(x, bdd.U128{}, v)
	case ast.OpGt:
		return bdd.Not(c.within(x, bdd.U128{}, v))
	case ast.OpLt:
		if v == (bdd.U128{}) {
			return bdd.False
		}
		return c.within(x, bdd.U128{}, v.Prev())
	case ast.OpGe:
		if v == (bdd.U128{}) {
			return bdd.True
		}
		return bdd.Not(c.within(x, bdd.U128{}, v.Prev()))
	}
	return c.equals(x, v)
}

func (c *compiler) anyBit(x option, mask bdd.U128) bdd.Node {
	switch x.kind {
	case isConstant:
		return truthNode(x.value.And(mask) != bdd.U128{})
	case isField:
		return c.store.Any(x.field, mask)
	case isMasked:
		return c.store.Any(x.field, mask.And(x.mask))
	}
	n := bdd.False
	for i, b := range x.bits {
		if mask.Bit(len(x.bits) - 1 - i) {
			n = c.store.Or(n, b)
		}
	}
	return n
}

func truthNode(b bool) bdd.Node {
	if b {
		return bdd.True
	}
	return bdd.False
}

func (c *compiler) equals(x option, v bdd.U128) bdd.Node {
	switch x.kind {
	case isConstant:
		return truthNode(x.value == v)
	case isField:
		return c.store.Value(x.field, v)
	case isMasked:
		if v.And(x.mask) != v {
			return bdd.False
		}
		return c.store.Masked(x.field, v, x.mask.And(x.field.Max()))
	}
	n := bdd.True
	if v.And(bdd.Ones(len(x.bits))) != v {
		return bdd.False
	}
	for i, b := range x.bits {
		if !v.Bit(len(x.bits) - 1 - i) {
			b = bdd.Not(b)
		}
		n = c.store.And(n, b)
	}
	return n
}

// within returns the packets for which an option lies between lo and hi.
func (c *compiler) within(x option, lo, hi bdd.U128) bdd.Node {
	switch x.kind {
	case isConstant:
		return truthNode(lo.Compare(x.value) <= 0 && x.value.Compare(hi) <= 0)
	case isField:
		return c.store.Range(x.field, lo, hi)
	}
	v := c.vector(x)
	return c.store.And(c.atMost(v, hi), c.atLeast(v, lo))
}

func (c *compiler) atMost(v []bdd.Node, hi bdd.U128) bdd.Node {
	if hi.Compare(bdd.Ones(len(v))) >= 0 {
		return bdd.True
	}
	n := bdd.True
	for i := len(v) - 1; i >= 0; i-- { // from the least significant bit up
		if hi.Bit(len(v) - 1 - i) {
			n = c.store.Or(bdd.Not(v[i]), n)
		} else {
			n = c.store.Diff(n, v[i])
		}
	}
	return n
}

func (c *compiler) atLeast(v []bdd.Node, lo bdd.U128) bdd.Node {
	if lo == (bdd.U128{}) {
		return bdd.True
	}
	return bdd.Not(c.atMost(v, lo.Prev()))
}

// set returns the set that a reference means; nil if there is none.
func (c *compiler) set(r *ast.SetRef) *ast.Set {
	if r.IPSet {
		return c.ipsets[r.Name]
	}
	if c.table == nil {
		return nil
	}
	return c.table.Set(r.Name)
}

// member returns the packets for which left is right, or in it if that is a range,
// a prefix or a set, and those that have a left at all. What cannot be known is
// put down to the statement s.
func (c *compiler) member(s ast.Stmt, left, right ast.Expr) (in, present bdd.Node) {
	if _, ok := left.(*ast.IPSetKey); ok {
		return c.doubt(s, ""), bdd.True
	}
	o := c.operands(left)
	present = c.present(o)
	in, ok := c.in(o, right)
	if !ok {
		in = c.store.And(present, c.doubt(s, ""))
	}
	return in, present
}

// operands returns what the parts of a concatenation give, or the one expression.
func (c *compiler) operands(left ast.Expr) []operand {
	parts := []ast.Expr{left}
	if x, ok := left.(*ast.Concat); ok {
		parts = x.Parts
	}
	out := make([]operand, len(parts))
	for i, p := range parts {
		out[i] = c.operand(p)
	}
	return out
}

// present returns the packets that have all parts.
func (c *compiler) present(parts []operand) bdd.Node {
	n := bdd.True
	for _, o := range parts {
		any := bdd.False
		for _, x := range o {
			any = c.store.Or(any, x.guard)
		}
		n = c.store.And(n, any)
	}
	return n
}

// in returns the packets whose parts are, or lie in, the right-hand side; ok is
// false if that cannot be known.
func (c *compiler) in(parts []operand, right ast.Expr) (n bdd.Node, ok bool) {
	switch r := right.(type) {
	case *ast.SetLit:
		return c.inElems(parts, r.Elems)
	case *ast.SetRef:
		s := c.set(r)
		if s == nil || s.IPSet != "" || isDynamic(s) {
			return 0, false
		}
		return c.inElems(parts, s.Elems)
	case *ast.Concat:
		if len(r.Parts) != len(parts) {
			return 0, false
		}
		n := bdd.True
		for i, p := range r.Parts {
			m, ok := c.inOne(parts[i], p)
			if !ok {
				return 0, false
			}
			n = c.store.And(n, m)
		}
		return n, true
	}
	if len(parts) != 1 {
		return 0, false
	}
	return c.inOne(parts[0], right)
}

func (c *compiler) inOne(o operand, right ast.Expr) (n bdd.Node, ok bool) {
	out := bdd.False
	for _, x := range o {
		n, ok := c.inOption(x, right)
		if !ok {
			return 0, false
		}
		out = c.store.Or(out, c.store.And(x.guard, n))
	}
	return out, true
}

// inElems returns the packets whose parts are an element.
func (c *compiler) inElems(parts []operand, elems []*ast.Elem) (n bdd.Node, ok bool) {
	if len(parts) == 1 {
		if n, ok := c.inIntervals(parts[0], elems); ok {
			return n, true
		}
	}
	all := make([]bdd.Node, 0, len(elems))
	outer := c.elem
	defer func() { c.elem = outer }()
	for i, e := range elems {
		if e.NoMatch {
			return 0, false
		}
		c.elem = outer + "/" + strconv.Itoa(i)
		if e.Key == nil { // the catch-all element
			all = append(all, bdd.True)
			continue
		}
		n, ok := c.in(parts, e.Key)
		if !ok {
			return 0, false
		}
		all = append(all, n)
	}
	return c.store.And(c.present(parts), c.store.OrAll(all...)), true
}

// inIntervals returns the packets whose value is in one of the elements, if all of
// them are numbers or intervals of them: that is how long lists are built at once.
func (c *compiler) inIntervals(o operand, elems []*ast.Elem) (n bdd.Node, ok bool) {
	out := bdd.False
	for _, x := range o {
		if x.kind == isUnknown {
			out = c.store.Or(out, c.store.And(x.guard, c.doubt(c.asks, c.elem)))
			continue
		}
		if x.kind != isField {
			return 0, false
		}
		list := make([]bdd.Interval, 0, len(elems))
		for _, e := range elems {
			if e.NoMatch || e.Key == nil {
				return 0, false
			}
			i, ok := interval(x, e.Key)
			if !ok {
				return 0, false
			}
			list = append(list, i...)
		}
		out = c.store.Or(out, c.store.And(x.guard, c.store.Intervals(x.field, list)))
	}
	return out, true
}

// interval returns the values that an expression stands for: none for an address of
// the other family.
func interval(x option, e ast.Expr) (in []bdd.Interval, ok bool) {
	if x.addr && !sameFamily(x, e) {
		return nil, true
	}
	switch e := e.(type) {
	case *ast.Prefix:
		lo, _ := constant(&ast.Addr{Addr: e.Prefix.Masked().Addr()})
		return []bdd.Interval{{Lo: lo, Hi: lo.Or(bdd.Ones(e.Prefix.Addr().BitLen() - e.Prefix.Bits()))}}, true
	case *ast.Range:
		lo, ok := constant(e.Lo)
		hi, is := constant(e.Hi)
		return []bdd.Interval{{Lo: lo, Hi: hi}}, ok && is
	}
	v, ok := constant(e)
	return []bdd.Interval{{Lo: v, Hi: v}}, ok
}

// sameFamily reports whether an expression may be an address as wide as the
// option's.
func sameFamily(x option, e ast.Expr) bool {
	w := x.field.Width
	if x.kind == isBits {
		w = len(x.bits)
	}
	switch e := e.(type) {
	case *ast.Addr:
		return e.Addr.BitLen() == w
	case *ast.Prefix:
		return e.Prefix.Addr().BitLen() == w
	case *ast.MaskedAddr:
		return e.Addr.BitLen() == w
	case *ast.Range:
		return sameFamily(x, e.Lo)
	}
	return true
}

// inOption returns the packets for which an option is, or lies in, the right-hand
// side, which is no set.
func (c *compiler) inOption(x option, right ast.Expr) (n bdd.Node, ok bool) {
	if x.kind == isUnknown {
		return c.doubt(c.asks, c.elem), true
	}
	if x.kind == isName || x.kind == isNameCode {
		s, ok := right.(*ast.String)
		if !ok {
			return 0, false // an index: which interface has it is not known
		}
		in := c.names.match(s.Val, s.Wildcard)
		if x.kind == isName {
			return c.store.Intervals(x.field, in), true
		}
		return truthNode(slices.ContainsFunc(in, func(i bdd.Interval) bool { return i.Lo == x.value })), true
	}
	if x.addr && !sameFamily(x, right) {
		return bdd.False, true
	}
	switch r := right.(type) {
	case *ast.Prefix:
		if x.kind == isField {
			v, _ := constant(&ast.Addr{Addr: r.Prefix.Addr()})
			return c.store.Prefix(x.field, v, r.Prefix.Bits()), true
		}
		i, _ := interval(x, r)
		return c.within(x, i[0].Lo, i[0].Hi), true
	case *ast.Range:
		lo, ok := constant(r.Lo)
		hi, is := constant(r.Hi)
		if !ok || !is {
			return 0, false
		}
		return c.within(x, lo, hi), true
	case *ast.MaskedAddr:
		v, mask := number128(r.Addr.AsSlice()), number128(r.Mask.AsSlice())
		if x.kind == isField {
			return c.store.Masked(x.field, v, mask), true
		}
		return 0, false
	}
	v, ok := constant(right)
	if !ok {
		return 0, false
	}
	return c.equals(x, v), true
}

// conditions returns the packets for which all conditions of a rule hold.
func (c *compiler) conditions(stmts []ast.Stmt) bdd.Node {
	out := bdd.True
	for _, s := range stmts {
		if n, ok := c.condition(s); ok {
			out = c.store.And(out, n)
		}
	}
	return out
}
