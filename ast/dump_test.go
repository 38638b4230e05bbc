package ast

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func TestDump(t *testing.T) {
	addr := func(s string) *Addr { return &Addr{Addr: netip.MustParseAddr(s)} }
	prefix := func(s string) *Prefix { return &Prefix{Prefix: netip.MustParsePrefix(s)} }
	n := func(n uint64) *Int { return &Int{Val: n} }
	for _, c := range []struct {
		node Node
		want string
	}{
		{&Match{Left: &Meta{Key: MetaL4proto}, Right: n(6)}, "(match meta.l4proto == 6)"},
		{&Match{Left: &CT{Key: CTState}, Op: OpAny, Right: n(StateEstablished | StateRelated)}, "(match ct.state any 0x6)"},
		{&Match{Left: &Payload{Field: IPSaddr}, Op: OpNe, Right: prefix("192.0.2.0/24")}, "(match ip.saddr != 192.0.2.0/24)"},
		{&Match{Left: &Payload{Field: IP6Daddr}, Right: addr("2001:db8::1"), Use: 3, Implied: true}, "(match ip6.daddr == 2001:db8::1 implied)"},
		{&Match{Left: &Binary{Left: &Payload{Field: TCPFlags}, Right: n(23)}, Right: n(2)}, "(match (& tcp.flags 0x17) == 0x2)"},
		{&Match{Left: &Payload{Field: TCPDport}, Right: &SetLit{Elems: []*Elem{{Key: n(22)}, {Key: &Range{Lo: n(1024), Hi: n(2047)}}}}}, "(match tcp.dport == {22 1024-2047})"},
		{&Match{Left: &Payload{Field: UDPSport, Tunnel: TunnelVXLAN}, Right: n(53)}, "(match vxlan>udp.sport == 53)"},
		{&Match{Left: &Meta{Key: MetaIifname}, Right: &String{Val: "eth", Wildcard: true}}, `(match meta.iifname == "eth"*)`},
		{&Match{Left: &CT{Key: CTSaddr, Dir: DirReply, Family: FamilyIP6}, Right: &SetRef{Name: "hosts"}}, `(match ct.reply.ip6.saddr == @"hosts")`},
		{&Match{Left: &IPSetKey{Dst: []bool{false, true}}, Right: &SetRef{Name: "hosts", IPSet: true}}, `(match setkey[src dst] == ipset@"hosts")`},
		{&Match{Left: &RawPayload{Base: BaseTransport, Offset: 16, Len: 16}, Right: n(53)}, "(match @th,16,16 == 53)"},
		{&Match{Left: &TCPOption{Kind: 2, Field: "size"}, Op: OpLt, Right: n(1220)}, "(match tcpopt.2.size < 1220)"},
		{&Match{Left: &Exthdr{Header: "frag"}, Right: &Bool{Val: true}}, "(match exthdr.frag == exists)"},
		{&Match{Left: &Fib{Keys: []string{"saddr", "iif"}, Result: "oif", Check: true}, Right: &Bool{}}, "(match (fib [saddr iif] result=oif check) == missing)"},
		{&AnyOf{Alts: [][]Stmt{{&Notrack{}}, {&Counter{}, &Notrack{}}}}, "(any-of [(notrack)] [(counter) (notrack)])"},
		{&Verdict{Kind: VerdictAccept}, "(accept)"},
		{&Verdict{Kind: VerdictJump, Chain: "foo"}, `(jump "foo")`},
		{&VMap{Key: &Payload{Field: IPProtocol}, Map: &SetLit{Elems: []*Elem{{Key: n(6), Data: &Verdict{Kind: VerdictGoto, Chain: "t"}}, {Data: &Verdict{Kind: VerdictDrop}}}}}, `(vmap ip.protocol {6=(goto "t") (elem * data=(drop))})`},
		{&Log{Prefix: "in: ", Level: "info", HasGroup: true}, `(log prefix="in: " level=info group=0)`},
		{&Limit{Rate: 5, Unit: "minute", Burst: 10}, "(limit 5/minute burst=10)"},
		{&Reject{Kind: "icmp", Code: 13}, "(reject icmp 13)"},
		{&NAT{Kind: DNAT, Addr: addr("192.0.2.7"), Port: n(8080), Flags: []string{"random"}}, "(dnat addr=192.0.2.7 port=8080 flags=[random])"},
		{&Assign{Left: &Meta{Key: MetaMark}, Right: n(255)}, "(set meta.mark 0xff)"},
		{&SetOp{Verb: "update", Set: "seen", Key: &Payload{Field: IPSaddr}, Timeout: 60000, Stmts: []Stmt{&Limit{Rate: 1, Unit: "second"}}}, `(setop update @"seen" ip.saddr timeout=60000 stmts=[(limit 1/second)])`},
		{&Extension{Name: "recent", Options: []Option{{Name: "set"}, {Name: "name", Args: []Expr{&String{Val: "x"}}}}}, `(ext recent set name="x")`},
		{&Extension{Name: "TOS", Target: true, Options: []Option{{Name: "set-tos", Args: []Expr{n(8), n(255)}}}}, "(target TOS set-tos=8,255)"},
		{&Opaque{Text: `$X "y"`, Action: true}, `(opaque "$X \"y\"" action)`},
		{
			&Rule{Stmts: []Stmt{&Match{Left: &Meta{Key: MetaL4proto}, Right: n(6), Use: 1}, &Counter{Counters: Counters{1, 2}}}, Uses: []Use{{Name: "tcp"}, {Name: "LOG", Target: true}}, Comment: "c", Part: 1, Parts: 2},
			`(rule (match meta.l4proto == 6 use=1) (counter counters=1/2) uses=[m:tcp j:LOG] part=1/2 comment="c")`,
		},
	} {
		if got := Dump(c.node); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

// dumpIndex finds nodes with the same dump that are not the same.
type dumpIndex struct {
	t     *testing.T
	nodes map[string]Node
	n     int
}

func (x *dumpIndex) add(n Node) {
	x.t.Helper()
	x.n++
	d := string(dumpFull.node(nil, n))
	if old, ok := x.nodes[d]; !ok {
		x.nodes[d] = n
	} else if !sameNode(old, n) {
		x.t.Errorf("two nodes have the dump %s\n%T %+v\n%T %+v", d, old, old, n, n)
	}
}

// TestDumpTellsFields changes each field of each node to all its variants, and
// each two fields to some of them.
func TestDumpTellsFields(t *testing.T) {
	x := &dumpIndex{t, map[string]Node{}, 0}
	r := rand.New(rand.NewPCG(7, 8))
	for _, n := range allNodes {
		typ := reflect.TypeOf(n).Elem()
		x.add(n)
		single := fieldVariants(typ, 2)
		if typ.NumField() > 1 && len(single) == 0 {
			t.Errorf("no variants of %s", typ)
		}
		for _, v := range single {
			p := reflect.New(typ)
			p.Elem().Set(v)
			x.add(p.Interface().(Node))
		}
		fields := make([][]reflect.Value, typ.NumField())
		for i := range fields {
			if typ.Field(i).Type != spanType {
				fields[i] = variants(typ.Field(i).Type, 1)
				r.Shuffle(len(fields[i]), reflect.Swapper(fields[i]))
				fields[i] = fields[i][:min(12, len(fields[i]))]
			}
		}
		for i := range fields {
			for j := range i {
				for _, a := range fields[i] {
					for _, b := range fields[j] {
						p := reflect.New(typ)
						p.Elem().Field(i).Set(a)
						p.Elem().Field(j).Set(b)
						x.add(p.Interface().(Node))
					}
				}
			}
		}
	}
	t.Logf("%d nodes, %d dumps", x.n, len(x.nodes))
}

// TestDumpTellsTrees compares the dumps of many small trees.
func TestDumpTellsTrees(t *testing.T) {
	x := &dumpIndex{t, map[string]Node{}, 0}
	r := rand.New(rand.NewPCG(1, 2))
	for range 40000 {
		n := allNodes[r.IntN(len(allNodes))]
		x.add(randomNode(r, reflect.TypeOf(n).Elem(), 2).Interface().(Node))
	}
	t.Logf("%d nodes, %d dumps", x.n, len(x.nodes))
}

func TestDumpNames(t *testing.T) {
	seen := map[string]Expr{}
	add := func(e Expr) {
		d := Dump(e)
		if old := seen[d]; old != nil {
			t.Errorf("%s is the dump of %#v and of %#v", d, old, e)
		}
		if strings.ContainsAny(d, " ,=()\"") {
			t.Errorf("the dump %q is not one word", d)
		}
		seen[d] = e
	}
	for f := range Field(len(fields) + 1) {
		add(&Payload{Field: f})
	}
	for k := range MetaKey(len(metaKeys) + 1) {
		add(&Meta{Key: k})
	}
	for k := range CTKey(len(ctKeys) + 1) {
		add(&CT{Key: k})
	}
}

func TestAppendMeaning(t *testing.T) {
	m := func() *Rule {
		return &Rule{Stmts: []Stmt{&Match{Left: &Meta{Key: MetaL4proto}, Right: &Int{Val: 6}}, &Counter{}}}
	}
	base := string(AppendMeaning(nil, m()))
	for what, change := range map[string]func(*Rule){
		"comment":  func(r *Rule) { r.Comment = "x" },
		"counters": func(r *Rule) { r.Counters = &Counters{1, 2} },
		"handle":   func(r *Rule) { r.Handle = 5 },
		"uses":     func(r *Rule) { r.Uses = []Use{{Name: "tcp"}} },
		"part":     func(r *Rule) { r.Part, r.Parts = 1, 2 },
		"counter":  func(r *Rule) { r.Stmts[1].(*Counter).Packets = 7 },
		"use":      func(r *Rule) { r.Stmts[0].(*Match).Use = 1 },
		"implied":  func(r *Rule) { r.Stmts[0].(*Match).Implied = true },
		"span":     func(r *Rule) { r.Span = Span{1, 2} },
	} {
		r := m()
		change(r)
		if got := string(AppendMeaning(nil, r)); got != base {
			t.Errorf("%s changes the meaning %s to %s", what, base, got)
		}
		if what != "span" && Dump(r) == Dump(m()) {
			t.Errorf("%s does not change the dump", what)
		}
	}
	for what, change := range map[string]func(*Rule){
		"statement": func(r *Rule) { r.Stmts = r.Stmts[:1] },
		"operator":  func(r *Rule) { r.Stmts[0].(*Match).Op = OpNe },
		"value":     func(r *Rule) { r.Stmts[0].(*Match).Right.(*Int).Val = 7 },
		"bad":       func(r *Rule) { r.Bad = true },
	} {
		r := m()
		change(r)
		if got := string(AppendMeaning(nil, r)); got == base {
			t.Errorf("%s does not change the meaning", what)
		}
	}
}

// TestAppendMeaningLeavesOut lists every field that no meaning dump holds, so
// that a new field is not left out unseen.
func TestAppendMeaningLeavesOut(t *testing.T) {
	want := map[string]bool{}
	for _, s := range strings.Fields(`Table.Comment Table.Handle Chain.Comment Chain.Handle Chain.Counters Chain.Implicit
		Rule.Comment Rule.Counters Rule.Handle Chain.Anonymous Dup.Use TProxy.Use Rule.Uses Rule.Part Rule.Parts
		Set.Comment Set.Handle Object.Comment Object.Handle Flowtable.Handle
		Match.Implied Match.Use AnyOf.Use Log.Use Limit.Use Quota.Use Reject.Use NAT.Use Notrack.Use Assign.Use Queue.Use
		Synproxy.Use SetOp.Use Extension.Use Counter.Counters Last.Used Last.Set`) {
		want[s] = true
	}
	for _, n := range allNodes {
		typ := reflect.TypeOf(n).Elem()
		base := string(AppendMeaning(nil, n))
		for i := range typ.NumField() {
			f := typ.Field(i)
			if f.Type == spanType || f.Type == moreType {
				continue
			}
			name := typ.Name() + "." + f.Name
			for _, v := range variants(f.Type, 1)[1:] {
				p := reflect.New(typ)
				p.Elem().Field(i).Set(v)
				got := string(AppendMeaning(nil, p.Interface().(Node)))
				if same(v, reflect.Zero(f.Type)) {
					continue
				}
				if (got == base) != want[name] {
					t.Errorf("%s = %v: meaning %s; left out: %v, expected %v", name, v, got, got == base, want[name])
					break
				}
			}
			delete(want, name)
		}
	}
	for name := range want {
		t.Errorf("there is no field %s", name)
	}
	base := string(AppendMeaning(nil, &Elem{}))
	for i := range moreType.Elem().NumField() {
		f := moreType.Elem().Field(i)
		for _, v := range variants(f.Type, 1)[1:] {
			more := reflect.New(moreType.Elem())
			more.Elem().Field(i).Set(v)
			e := &Elem{More: more.Interface().(*ElemMore)}
			if got := string(AppendMeaning(nil, e)); !same(v, reflect.Zero(f.Type)) && (got == base) != (f.Name == "Comment") {
				t.Errorf("ElemMore.%s = %v: meaning %s", f.Name, v, got)
				break
			}
		}
	}
}

func TestDumpUnknownType(t *testing.T) {
	for _, n := range []Node{Span{}, struct{ Span }{}} {
		for what, f := range map[string]func(){
			"Dump": func() { Dump(n) },
			"Walk": func() { Walk(n, func(Node) bool { return true }) },
		} {
			func() {
				defer func() {
					if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "is no node") {
						t.Errorf("%s(%T): recovered %v", what, n, r)
					}
				}()
				f()
			}()
		}
	}
}

// typicalRule is -s 192.0.2.0/24 -p tcp --dport 22 -m conntrack --ctstate NEW
// -j ACCEPT.
func typicalRule() *Rule {
	return &Rule{
		Stmts: []Stmt{
			&Match{Left: &Payload{Field: IPSaddr}, Right: &Prefix{Prefix: netip.MustParsePrefix("192.0.2.0/24")}},
			&Match{Left: &Meta{Key: MetaL4proto}, Right: &Int{Val: 6}},
			&Match{Left: &Payload{Field: TCPDport}, Right: &Int{Val: 22}, Use: 1},
			&Match{Left: &CT{Key: CTState}, Op: OpAny, Right: &Int{Val: StateNew}, Use: 2},
			&Verdict{Kind: VerdictAccept},
		},
		Uses: []Use{{Name: "tcp"}, {Name: "conntrack"}},
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	r, b := Node(typicalRule()), make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { b = AppendMeaning(b[:0], r) }); n != 0 {
		t.Errorf("AppendMeaning allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { b = Append(b[:0], r) }); n != 0 {
		t.Errorf("Append allocates %v times", n)
	}
}

func BenchmarkAppendMeaning(b *testing.B) {
	r, buf := Node(typicalRule()), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendMeaning(buf[:0], r)
	}
	b.SetBytes(int64(len(buf)))
}
