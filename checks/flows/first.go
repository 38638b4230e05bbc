package flows

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/semantics"
)

// Numbers of protocols (IANA).
const (
	protoTCP = 6
	protoUDP = 17
)

// The ports that connections are begun from. They are nothing's by name, and lie
// in Linux' range of such ports (net.ipv4.ip_local_port_range).
const (
	firstSport = 40007
	otherSport = 51439
)

// firstPackets returns packets that may begin a connection at a hook: a few
// usual ones on each interface that the rules name, and one for each rule that
// accepts something, at most n of them.
func (f *Family) firstPackets(h ast.Hook, n int) []First {
	var out []First
	for _, w := range f.ways(h) {
		for _, usual := range []semantics.Packet{
			{Proto: protoTCP, Dport: 443, TCPFlags: ast.TCPSyn},
			{Proto: protoUDP, Dport: 53},
		} {
			p := f.blank(h, w)
			p.Proto, p.Dport, p.TCPFlags = usual.Proto, usual.Dport, usual.TCPFlags
			out = append(out, f.begin(p))
		}
	}
	for _, t := range f.tables {
		for _, c := range t.Chains {
			if c.Hook == h && c.Type == ast.ChainFilter {
				s := sampler{f: f, table: t, hook: h, left: n - len(out), visits: map[*graph.Chain]int{}}
				s.chain(c, nil)
				out = append(out, s.out...)
			}
		}
	}
	return out
}

// begin says of a first packet whether it is accepted.
func (f *Family) begin(p semantics.Packet) First {
	d := semantics.Decide(f.Ruleset, p)
	return First{Packet: p, Accepted: d.Accepts() && d.State == ast.StateNew}
}

// NewPacket returns a packet that begins a TCP connection at a hook and that no
// rule has shaped.
func (f *Family) NewPacket(h ast.Hook) semantics.Packet { return f.blank(h, f.ways(h)[0]) }

// blank returns a NEW packet at a hook that no rule has shaped.
func (f *Family) blank(h ast.Hook, w way) semantics.Packet {
	a := f.addresses
	p := semantics.Packet{
		Hook: h, Iif: w.in, Oif: w.out, Proto: protoTCP, Sport: firstSport, Dport: 443,
		TCPFlags: ast.TCPSyn, State: ast.StateNew, Dir: ast.DirOriginal,
	}
	switch h {
	case ast.HookOutput:
		p.Saddr, p.Daddr = a.host, a.outside
	case ast.HookInput:
		p.Saddr, p.Daddr = a.outside, a.host
	default:
		p.Saddr, p.Daddr = a.inside, a.outside
	}
	return p
}

// way is the interfaces of a packet; one is empty at input and output.
type way struct{ in, out string }

// Interfaces that no rule names.
const (
	usualName = "eth0"
	inName    = "lan0"
	outName   = "wan0"
)

// ways returns the interfaces of packets to try at a hook; at least one.
func (f *Family) ways(h ast.Hook) (out []way) {
	names := f.names[h]
	if h != ast.HookForward {
		for _, n := range names {
			if h == ast.HookInput {
				out = append(out, way{in: n})
			} else {
				out = append(out, way{out: n})
			}
		}
		return out
	}
	names = names[:min(len(names), 3)]
	for _, in := range append(slices.Clone(names), inName) {
		for _, o := range append(slices.Clone(names), outName) {
			if in != o {
				out = append(out, way{in, o})
			}
		}
	}
	return out
}

// Interfaces returns the names of interfaces to try at a hook; at least one.
func (f *Family) Interfaces(h ast.Hook) []string { return f.names[h] }

// maxNames is how many interfaces are tried at a hook.
const maxNames = 4

// findNames finds the interfaces, other than lo, that rules for the packets of a
// hook, or for those that answer them, name: rules that filter first.
func (f *Family) findNames() {
	hooks := []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput}
	f.names = map[ast.Hook][]string{}
	for _, nat := range []bool{false, true} {
		for _, t := range f.tables {
			for _, c := range t.Chains {
				if isNAT(c) != nat {
					continue
				}
				for _, h := range hooks {
					if c.Hooks.Has(h) || c.Hooks.Has(replyHook(h)) || nat && h == ast.HookForward {
						f.names[h] = namesIn(c, f.names[h])
					}
				}
			}
		}
	}
	for _, h := range hooks {
		if len(f.names[h]) == 0 {
			f.names[h] = []string{usualName}
		}
	}
}

func isNAT(c *graph.Chain) bool {
	return c.Type == ast.ChainNAT || c.Table.Xtables && c.Table.Name == "nat"
}

// namesIn adds to names those that the rules of a chain ask for.
func namesIn(c *graph.Chain, names []string) []string {
	for _, r := range c.Rules {
		for _, s := range r.Stmts {
			if len(names) == maxNames {
				return names
			}
			m, ok := s.(*ast.Match)
			if !ok || m.Op != ast.OpEq {
				continue
			}
			left, ok := m.Left.(*ast.Meta)
			if !ok || left.Key != ast.MetaIifname && left.Key != ast.MetaOifname && left.Key != ast.MetaIif && left.Key != ast.MetaOif {
				continue
			}
			switch right := m.Right.(type) {
			case *ast.String:
				names = addName(names, right)
			case *ast.SetLit:
				for _, e := range right.Elems {
					if s, ok := e.Key.(*ast.String); ok && len(names) < maxNames {
						names = addName(names, s)
					}
				}
			}
		}
	}
	return names
}

func addName(names []string, s *ast.String) []string {
	name := s.Val
	if s.Wildcard {
		name += "0"
	}
	if name == "lo" || slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// sampler makes a packet for each rule that accepts, in a chain and in those it
// jumps to.
type sampler struct {
	f      *Family
	table  *graph.Table
	hook   ast.Hook
	left   int
	depth  int
	visits map[*graph.Chain]int
	out    []First
}

const (
	// maxSampleDepth is how far jumps are followed to find rules that accept.
	maxSampleDepth = 5
	// maxVisits is how often a chain is looked at that several rules call.
	maxVisits = 4
	// maxWays is how many interfaces are tried for a rule.
	maxWays = 4
)

func (s *sampler) chain(c *graph.Chain, path []*ast.Rule) {
	s.visits[c]++
	if s.depth++; s.depth <= maxSampleDepth && s.visits[c] <= maxVisits {
		for _, r := range c.Rules {
			if s.left <= 0 {
				break
			}
			s.rule(r, path)
		}
	}
	s.depth--
}

func (s *sampler) rule(r *ast.Rule, path []*ast.Rule) {
	for _, stmt := range r.Stmts {
		v, ok := stmt.(*ast.Verdict)
		if !ok {
			continue
		}
		switch v.Kind {
		case ast.VerdictAccept:
			s.left--
			if p, ok := s.sample(append(slices.Clip(path), r)); ok {
				s.out = append(s.out, p)
			}
		case ast.VerdictJump, ast.VerdictGoto:
			if c := s.table.Chain(v.Chain); c != nil {
				s.chain(c, append(slices.Clip(path), r))
			}
		default:
		}
	}
}

// sample returns a packet that comes to the last of the rules, one that is
// accepted if it can.
func (s *sampler) sample(path []*ast.Rule) (found First, ok bool) {
	for i, w := range s.f.ways(s.hook) {
		if i == maxWays {
			break
		}
		p := s.f.blank(s.hook, w)
		if semantics.Satisfy(s.f.Ruleset, s.table.Table, &p, path...) != semantics.Yes || p.State != ast.StateNew || !plain(&p) {
			continue
		}
		if ok && p == found.Packet {
			continue
		}
		// Packets that leave by the interface they came by are those of a
		// bridge, if a rule says so.
		turned := s.hook == ast.HookForward && p.Iif == p.Oif
		if ok && turned {
			continue
		}
		this := s.f.begin(p)
		this.way, this.table = path, s.table.Table
		if !ok || this.Accepted {
			found, ok = this, true
		}
		if this.Accepted && !turned {
			break
		}
	}
	return found, ok
}

// plain reports whether a packet begins a connection that is answered from where
// it was sent to: unicast, and of a protocol with replies of its own.
func plain(p *semantics.Packet) bool {
	if p.Daddr.IsMulticast() || p.Saddr.IsMulticast() || p.Daddr.IsLoopback() || p.Saddr.IsLoopback() || p.Iif == "lo" || p.Oif == "lo" {
		return false
	}
	if p.Daddr.Is4() && p.Daddr.As4()[3] == 255 {
		return false // most likely a network's broadcast address
	}
	switch p.Proto {
	case protoTCP:
		return p.TCPFlags&(ast.TCPSyn|ast.TCPAck|ast.TCPRst|ast.TCPFin) == ast.TCPSyn
	case protoUDP:
		return !oneWay[p.Dport]
	}
	return false
}

// oneWay are UDP services whose packets are answered by other addresses than
// they were sent to, or not at all: TFTP, DHCP, NetBIOS, SNMP traps, syslog, RIP,
// DHCPv6, SSDP, mDNS, LLMNR.
var oneWay = map[uint16]bool{
	67: true, 68: true, 69: true, 137: true, 138: true, 162: true, 514: true, 520: true, 521: true, 546: true, 547: true, 1900: true, 5353: true, 5355: true,
}
