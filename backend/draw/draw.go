package draw

import (
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/stage"
	"github.com/ctlint/ctlint/backend/wire"
	"github.com/ctlint/ctlint/semantics"
)

// Drawer draws packets. The same rulesets and seed give the same packets.
type Drawer struct {
	r        *rand.Rand
	c        *constants
	families []ast.Family
	rules    []placed
	ifaces   []string
	nat      bool // there is NAT
	tracked  bool
	// callers are the rules that go to a chain.
	callers map[*ast.Chain][]placed
	next    int // the rule that is aimed at next
}

// placed is a rule, with where it is.
type placed struct {
	ruleset *ast.Ruleset
	table   *ast.Table
	chain   *ast.Chain
	rule    *ast.Rule
}

// Other is an interface that no rule names.
const Other = "other0"

// maxIfaces is how many interfaces packets come from and go to: a sandbox is slow
// to make with hundreds.
const maxIfaces = 24

// New returns a drawer for rulesets that are to be compared, or for one.
func New(seed uint64, sets ...*ast.Ruleset) *Drawer {
	d := &Drawer{r: rand.New(rand.NewPCG(seed, 0x637431)), c: collect(sets)}
	for _, rs := range sets {
		for _, t := range rs.Tables {
			if t.Family.IPv4() && !slices.Contains(d.families, ast.FamilyIP) {
				d.families = append(d.families, ast.FamilyIP)
			}
			if t.Family.IPv6() && !slices.Contains(d.families, ast.FamilyIP6) {
				d.families = append(d.families, ast.FamilyIP6)
			}
			for _, c := range t.Chains {
				d.nat = d.nat || c.Type == ast.ChainNAT
				for _, r := range c.Rules {
					d.rules = append(d.rules, placed{rs, t, c, r})
				}
			}
		}
	}
	d.callers = callers(d.rules)
	d.tracked = tracked(sets)
	if len(d.families) == 0 {
		d.families = []ast.Family{ast.FamilyIP, ast.FamilyIP6}
	}
	for _, name := range d.c.ifaces {
		if name != "lo" && len(d.ifaces) < maxIfaces {
			d.ifaces = append(d.ifaces, name)
		}
	}
	if !slices.Contains(d.ifaces, Other) {
		d.ifaces = append(d.ifaces, Other)
	}
	return d
}

// Tracked reports whether the rulesets make the kernel track connections. Then it
// also puts fragments together before rules see them, so none are drawn.
func (d *Drawer) Tracked() bool { return d.tracked }

// tracked looks for all that may need conntrack. Of extensions that are not known
// in detail it is taken for granted.
func tracked(sets []*ast.Ruleset) bool {
	for _, rs := range sets {
		for n := range ast.Preorder(rs) {
			switch n := n.(type) {
			case *ast.CT, *ast.NAT, *ast.Notrack, *ast.Synproxy, *ast.ConnLimit, *ast.TProxy, *ast.Socket, *ast.ObjRef, *ast.FlowAdd, *ast.Extension, *ast.Opaque:
				return true
			case *ast.Chain:
				if n.Type == ast.ChainNAT {
					return true
				}
			}
		}
	}
	return false
}

// Interfaces returns the interfaces that packets come from and go to, but lo.
func (d *Drawer) Interfaces() []string { return d.ifaces }

// Packet returns a packet that can be staged.
func (d *Drawer) Packet() semantics.Packet {
	for {
		p := d.try()
		if d.Routable(&p) {
			return p
		}
	}
}

func (d *Drawer) try() semantics.Packet {
	six := d.families[d.r.IntN(len(d.families))] == ast.FamilyIP6
	p := semantics.Packet{
		Hook:  pick(d.r, hooks),
		Saddr: d.addr(six), Daddr: d.addr(six),
		Proto: d.proto(six),
		Sport: d.port(), Dport: d.port(),
		DSCP: uint8(d.number(fieldDSCP, 64, 0.2)), ECN: uint8(d.number(fieldECN, 4, 0.2)) & 3, TTL: uint8(d.number(fieldTTL, 255, 0.2)),
	}
	d.fill(&p)
	// Half of the packets are meant for a rule, and then changed a little or
	// not at all.
	if len(d.rules) > 0 && d.r.IntN(2) == 0 {
		d.aim(&p, six)
	}
	d.pass(&p)
	if own := d.c.macs; p.Hook != ast.HookOutput && p.Iif != "lo" && len(own) > 0 && d.chance(0.5) {
		p.MAC = pick(d.r, own)
	}
	if d.chance(0.1) {
		p.Length = uint32(d.number(fieldLength, 1500, 1))
		if p.Length < 100 {
			p.Length = 0
		}
	}
	// Frames to many come in, and are not forwarded (ip_forward).
	if p.Hook == ast.HookInput && p.Iif != "lo" && len(d.c.numbers[fieldPktType]) > 0 {
		p.PktType = uint8(d.r.IntN(3))
	}
	if !d.tracked && d.chance(0.15) {
		p.Fragment = true
		p.Sport, p.Dport, p.TCPFlags, p.ICMPType, p.ICMPCode = 0, 0, 0, 0, 0
	}
	d.settle(&p)
	return p
}

var hooks = []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput}

// fill gives the packet what its protocol has.
func (d *Drawer) fill(p *semantics.Packet) {
	p.TCPFlags, p.ICMPType, p.ICMPCode = 0, 0, 0
	switch p.Proto {
	case 6:
		p.TCPFlags = pick(d.r, flags)
		if own := d.c.numbers[fieldTCPFlags]; len(own) > 0 && d.chance(0.3) {
			p.TCPFlags = uint8(pick(d.r, own))
		}
	case 1:
		p.ICMPType = uint8(d.number(fieldICMPType, 20, 1))
		p.ICMPCode = uint8(d.number(fieldICMPCode, 5, 0.3))
	case 58:
		p.ICMPType = uint8(d.number(fieldICMPv6Type, 150, 1))
		if d.chance(0.3) {
			p.ICMPType = pick(d.r, []uint8{1, 2, 3, 4, 128, 129, 133, 134, 135, 136, 137, 143})
		}
		p.ICMPCode = uint8(d.number(fieldICMPCode, 5, 0.3))
	}
}

// flags are the flags of TCP that packets mostly have, and some that scanners send.
var flags = []uint8{
	ast.TCPSyn, ast.TCPSyn, ast.TCPSyn, ast.TCPAck, ast.TCPAck, ast.TCPAck | ast.TCPPsh, ast.TCPSyn | ast.TCPAck, ast.TCPRst, ast.TCPRst | ast.TCPAck, ast.TCPFin | ast.TCPAck,
	ast.TCPSyn | ast.TCPEcn | ast.TCPCwr, 0, ast.TCPFin, ast.TCPSyn | ast.TCPFin, ast.TCPSyn | ast.TCPRst, ast.TCPFin | ast.TCPPsh | ast.TCPUrg, 0x3f, 0xff,
}

// aim makes the packet one that a rule is about, and those that lead to it: the
// rules take turns.
func (d *Drawer) aim(p *semantics.Packet, six bool) {
	at := d.rules[d.next%len(d.rules)]
	d.next++
	if six && !at.table.Family.IPv6() || !six && !at.table.Family.IPv4() {
		return
	}
	rules, hook := d.lead(at)
	if hooked(hook) {
		p.Hook = hook
	}
	was := *p
	p.State = ast.StateNew
	semantics.Satisfy(at.ruleset, at.table, p, rules...)
	if p.Saddr.Is4() == six || p.Daddr.Is4() == six {
		*p = was
		return
	}
	if p.Proto != was.Proto && p.TCPFlags == 0 && p.ICMPType == 0 {
		d.fill(p)
		semantics.Satisfy(at.ruleset, at.table, p, rules...)
	}
	// What the packet cannot simply have is left out.
	p.Fragment, p.PktType, p.Length = false, 0, 0
	switch d.r.IntN(12) {
	case 0:
		p.Saddr = d.addr(six)
	case 1:
		p.Daddr = d.addr(six)
	case 2:
		p.Dport = d.port()
	case 3:
		p.State = 0
	}
}

func hooked(h ast.Hook) bool {
	return h == ast.HookInput || h == ast.HookForward || h == ast.HookOutput
}

// lead returns a rule behind rules that lead to it from a base chain, and the
// chain's hook.
func (d *Drawer) lead(at placed) ([]*ast.Rule, ast.Hook) {
	rules := []*ast.Rule{at.rule}
	for range 16 { // more than any kernel jumps (NFT_JUMP_STACK_SIZE)
		from := d.callers[at.chain]
		if at.chain.Base() || len(from) == 0 {
			break
		}
		at = pick(d.r, from)
		rules = append(rules, at.rule)
	}
	slices.Reverse(rules)
	return rules, at.chain.Hook
}

// callers returns the rules that go to each chain, by their verdicts or by
// verdict maps.
func callers(rules []placed) map[*ast.Chain][]placed {
	out := map[*ast.Chain][]placed{}
	goes := func(at placed, n ast.Node) {
		if v, ok := n.(*ast.Verdict); ok && v.Chain != "" {
			if c := at.table.Chain(v.Chain); c != nil {
				out[c] = append(out[c], at)
			}
		}
	}
	for _, at := range rules {
		for n := range ast.Preorder(at.rule) {
			goes(at, n)
			if m, ok := n.(*ast.VMap); ok {
				if ref, ok := m.Map.(*ast.SetRef); ok {
					if s := at.table.Set(ref.Name); s != nil {
						for _, e := range s.Elems {
							goes(at, e.Data)
						}
					}
				}
			}
		}
	}
	return out
}

// pass gives the packet its interfaces.
func (d *Drawer) pass(p *semantics.Packet) {
	iif, oif := p.Iif, p.Oif
	p.Iif, p.Oif = "", ""
	switch p.Hook {
	case ast.HookInput:
		p.Iif = d.iface(iif, true)
	case ast.HookForward:
		p.Iif, p.Oif = d.iface(iif, false), d.iface(oif, false)
	case ast.HookOutput:
		p.Oif = d.iface(oif, true)
	}
}

// iface returns an interface: the one that is wanted, if there is such.
func (d *Drawer) iface(want string, lo bool) string {
	if slices.Contains(d.ifaces, want) || lo && want == "lo" {
		return want
	}
	if lo && d.chance(0.05) {
		return "lo"
	}
	return pick(d.r, d.ifaces)
}

// settle gives the packet a state that it can be in, and the marks that go with
// it.
func (d *Drawer) settle(p *semantics.Packet) {
	p.Dir = ast.DirOriginal
	if d.r.IntN(2) == 0 {
		p.Dir = ast.DirReply
	}
	can := stage.States(p)
	if len(can) == 0 {
		p.State = 0
		return
	}
	if !slices.Contains(can, p.State) || d.chance(0.1) {
		p.State = can[0]
		if d.chance(0.4) {
			p.State = pick(d.r, can)
		}
	}
	// Where there is NAT, a redirect passes only if NAT is done with its
	// connection (nf_nat_icmp_reply_translation), which it is not with one that
	// is made by hand.
	if d.nat && p.Proto == 1 && p.ICMPType == 5 && p.State == ast.StateRelated {
		p.State = ast.StateInvalid
	}
	mark := uint32(d.number(fieldMark, 16, 0.3))
	if p.Mark != 0 {
		mark = p.Mark
	}
	p.Mark = 0
	if p.Hook == ast.HookOutput {
		p.Mark = mark
	}
	known := p.State == ast.StateEstablished || p.State == ast.StateRelated
	if own := d.c.numbers[fieldCTMark]; known && p.CTMark == 0 && len(own) > 0 && d.chance(0.5) {
		p.CTMark = uint32(pick(d.r, own))
	}
	if !known {
		p.CTMark = 0
	}
	p.Status = 0 // what it is follows from the state
}

func (d *Drawer) chance(p float64) bool { return d.r.Float64() < p }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// number returns a value of a field: with the probability p one that rules name,
// or its neighbour, or any below limit; else 0.
func (d *Drawer) number(f field, limit uint64, p float64) uint64 {
	if !d.chance(p) {
		return 0
	}
	own := d.c.numbers[f]
	if len(own) == 0 || d.chance(0.2) {
		return d.r.Uint64N(limit)
	}
	n := pick(d.r, own)
	switch d.r.IntN(6) {
	case 0:
		n++
	case 1:
		n--
	}
	return n
}

func (d *Drawer) port() uint16 {
	n := uint16(d.number(fieldPort, 1<<16, 0.85))
	if n == 0 {
		n = uint16(1 + d.r.IntN(1<<16-1))
	}
	return n
}

// protos are the protocols of packets that no rule asks for by name.
var protos = []uint8{6, 6, 6, 17, 17, 17, 0xff, 0xff, 132, 136, 33, 47, 50, 2, 89}

func (d *Drawer) proto(six bool) uint8 {
	p := pick(d.r, protos)
	if own := d.c.numbers[fieldProto]; len(own) > 0 && d.chance(0.5) {
		p = uint8(pick(d.r, own))
	}
	icmp, other := uint8(1), uint8(58)
	if six {
		icmp, other = 58, 1
	}
	if p == 0xff || p == other {
		return icmp
	}
	return p
}

// addr returns an address of a family: mostly one that rules name, or beside it.
func (d *Drawer) addr(six bool) netip.Addr {
	own, docs := d.c.v4, docs4
	if six {
		own, docs = d.c.v6, docs6
	}
	if len(own) == 0 || d.chance(0.15) {
		return inside(d.r, pick(d.r, docs))
	}
	a := pick(d.r, own)
	switch d.r.IntN(8) {
	case 0:
		return beside(a.from.Prev(), a.from)
	case 1:
		return beside(a.to.Next(), a.to)
	case 2:
		return a.from
	case 3:
		return a.to
	}
	return inside(d.r, a)
}

func beside(a, otherwise netip.Addr) netip.Addr {
	if a.IsValid() {
		return a
	}
	return otherwise
}

// docs4 and docs6 are the blocks for documentation (RFC 5737, RFC 3849).
var (
	docs4 = []addrRange{block("192.0.2.0/24"), block("198.51.100.0/24"), block("203.0.113.0/24")}
	docs6 = []addrRange{block("2001:db8::/32")}
)

func block(s string) addrRange {
	p := netip.MustParsePrefix(s)
	return addrRange{p.Addr(), last(p)}
}

// inside returns an address of a range: one of its first 2^32, where it has more.
func inside(r *rand.Rand, a addrRange) netip.Addr {
	from, to := a.from.As16(), a.to.As16()
	var span uint64
	for i := range 16 {
		span = span<<8 + uint64(to[i]) - uint64(from[i])
		if i < 12 && to[i] != from[i] {
			span = 1 << 32
			break
		}
	}
	n := r.Uint64N(min(span, 1<<32-1) + 1)
	for i := 15; i >= 0; i-- {
		n += uint64(from[i])
		from[i] = byte(n)
		n >>= 8
	}
	b := netip.AddrFrom16(from)
	if a.from.Is4() {
		b = b.Unmap()
	}
	if b.Compare(a.to) > 0 || b.Compare(a.from) < 0 {
		return a.from
	}
	return b
}

var (
	zero4     = netip.MustParsePrefix("0.0.0.0/8")
	reserved4 = netip.MustParsePrefix("240.0.0.0/4")
)

// Routable reports whether the packet can be staged, and the kernel brings it to its
// hook: from and to some addresses it takes none (ip_route_input_slow, ip6_rcv_core,
// ip6_forward).
func (d *Drawer) Routable(p *semantics.Packet) bool {
	if p.State == 0 {
		return false
	}
	s, dst := p.Saddr, p.Daddr
	if s.IsMulticast() || zero4.Contains(s) || reserved4.Contains(s) || zero4.Contains(dst) || reserved4.Contains(dst) || s.IsUnspecified() || dst.IsUnspecified() {
		return false
	}
	if s == dst {
		return false // its connection may be its own reply
	}
	if s.Is6() && (s.IsLoopback() || dst.IsLoopback()) {
		return false
	}
	// Fragments are put together before they come in (ip_local_deliver).
	if p.Fragment && s.Is4() && p.Hook == ast.HookInput {
		return false
	}
	switch p.Hook {
	case ast.HookForward:
		if p.TTL == 1 || dst.IsMulticast() || s.IsLoopback() || dst.IsLoopback() || s.IsLinkLocalUnicast() || dst.IsLinkLocalUnicast() {
			return false
		}
		if p.TTL == 0 {
			p.TTL = wire.DefaultTTL
		}
	case ast.HookOutput:
		// A packet to many also comes back, and one to lo comes in.
		if dst.IsMulticast() {
			return false
		}
	}
	_, err := stage.Probe(&semantics.Packet{
		Hook: p.Hook, Iif: p.Iif, Oif: p.Oif, Saddr: p.Saddr, Daddr: p.Daddr, Proto: p.Proto, Sport: p.Sport, Dport: p.Dport,
		TCPFlags: p.TCPFlags, ICMPType: p.ICMPType, ICMPCode: p.ICMPCode, State: p.State, Mark: p.Mark, Length: p.Length, Dir: p.Dir, TTL: p.TTL, DSCP: p.DSCP, Fragment: p.Fragment,
	})
	return err == nil
}
