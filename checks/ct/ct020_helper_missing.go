package ct

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/flows"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/semantics"
)

// HelperMissing finds services whose second connection is left to a helper that
// no rule assigns.
var HelperMissing = check.New(check.Check{
	Code: "CT020", Slug: "helper-missing", Severity: check.Warning,
	Title: "a service needs a conntrack helper, and none is assigned",
	Text: `FTP, TFTP, SIP, PPTP, H.323, Amanda, SANE and NetBIOS name queries use more than one
connection. The first one goes to a known port; the next one is RELATED to it only if a
conntrack helper has read in the first what will come. Helpers are no longer assigned by
port: not by default since Linux 4.7 (nf_conntrack_helper in the kernel's
nf_conntrack-sysctl document), and not at all since 6.0. A rule has to do it: -j CT
--helper ftp in the raw table; in nft a ct helper object that ct helper set "name"
assigns ("Secure use of iptables and connection tracking helpers"; nft(8), CT HELPER).
nft's ct helper "ftp" without set is a match and assigns nothing.

Found are matches on a helper that no rule assigns, and services whose first connection
the ruleset lets begin by its port and whose next one it would accept as RELATED, and
not otherwise. Where the ports of the next one are open, or a range of ports is, as for
passive FTP or RTP, nothing is said. So there is not where active FTP alone is let in by
its source port 20.`,
	Bad: []check.Example{{File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 21 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}},
	Good: []check.Example{{File: "rules.v4", Text: `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 21 -j CT --helper ftp
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 21 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}, {File: "rules.v4", Text: `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 21 -m conntrack --ctstate NEW -j ACCEPT
-A INPUT -p tcp -m tcp --dport 50000:50100 -m conntrack --ctstate NEW -j ACCEPT
COMMIT
`}},
	Since: "0.1.0",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer, graph.Analyzer, flows.Analyzer},
		Run:      helperMissing,
	},
})

// service is a protocol that a conntrack helper of the kernel follows.
type service struct {
	name   string
	helper string
	proto  uint8 // of the first connection
	port   uint16
	// next is the protocol of the connection that follows.
	next uint8
	// back says that it goes the other way, from the server to the client; sport
	// and dport are its ports where they are known.
	back         bool
	sport, dport uint16
	// out says that only what the host itself sends needs the helper.
	out bool
	v4  bool // there is no helper for IPv6
	// what is the connection that follows, in words.
	what string
}

// services are those of the kernel's helpers whose first connection tells that
// another will follow; those of IRC do not, as few chat with files
// (net/netfilter/nf_conntrack_ftp.c and its kin).
var services = []service{
	{name: "FTP", helper: "ftp", proto: protoTCP, port: 21, next: protoTCP, what: "passive data connections"},
	{name: "TFTP", helper: "tftp", proto: protoUDP, port: 69, next: protoUDP, back: true, what: "server's packets from another port"},
	{name: "SIP", helper: "sip", proto: protoUDP, port: 5060, next: protoUDP, what: "calls' media streams"},
	{name: "SIP", helper: "sip", proto: protoTCP, port: 5060, next: protoUDP, what: "calls' media streams"},
	{name: "PPTP", helper: "pptp", proto: protoTCP, port: 1723, next: protoGRE, v4: true, what: "GRE packets"},
	{name: "H.323", helper: "Q.931", proto: protoTCP, port: 1720, next: protoTCP, what: "H.245 connections"},
	{name: "Amanda", helper: "amanda", proto: protoUDP, port: 10080, next: protoTCP, what: "data connections"},
	{name: "SANE", helper: "sane", proto: protoTCP, port: 6566, next: protoTCP, what: "data connections"},
	{name: "NetBIOS name service", helper: "netbios-ns", proto: protoUDP, port: 137, next: protoUDP, back: true, sport: 137, dport: 137, out: true, v4: true, what: "answers to broadcasts"},
}

func helperMissing(pass *analysis.Pass) (any, error) {
	for _, f := range flows.Of(pass).Families {
		x := helpers{pass: pass, host: ruleset.Of(pass), graph: graph.Of(pass), family: f, assigned: map[string]graph.Hooks{}, sides: map[*graph.Table][]sides{}, reported: map[string]bool{}, kept: make([]int, len(services))}
		x.survey()
		if x.all {
			continue
		}
		for _, m := range x.matches {
			x.match(m)
		}
		x.budget = max(1<<20, 8*x.rules)
		for _, nat := range []bool{false, true} { // a rule that filters says more than one that rewrites
			for _, at := range x.first {
				if at.nat == nat {
					x.service(at)
				}
			}
		}
	}
	return nil, nil
}

// helpers is what the rules of a family do about helpers.
type helpers struct {
	pass   *analysis.Pass
	host   *ruleset.Host
	graph  *graph.Graph
	family *flows.Family

	// assigned says at which hooks packets get a helper.
	assigned map[string]graph.Hooks
	sides    map[*graph.Table][]sides
	all      bool // an assignment names its helper by a map, or is not understood
	// related says that a rule accepts by state what is RELATED, or is NEW.
	related bool
	matches []helperMatch
	first   []firstRule
	// ranges are ports out of ranges that are opened.
	ranges []openPort
	// activeFTP says that FTP's data port 20 is let in as a source port.
	activeFTP bool
	// wholeHosts says that a rule rewrites the destination of packets to any
	// port, so that what follows finds its way.
	wholeHosts bool
	reported   map[string]bool // by the name of the service
	rules      int
	kept       []int // of first, by the index of the service
	budget     int   // of rules that packets may still meet
}

// helperMatch is a match on a helper's name.
type helperMatch struct {
	chain *graph.Chain
	match *ast.Match
	name  string
}

// firstRule is a rule that may let the first connection of a service begin.
type firstRule struct {
	service *service
	chain   *graph.Chain
	rule    *ast.Rule
	// nat says that the rule rewrites the destination, and decides nothing.
	nat bool
}

// openPort is a port of a protocol; 0 is any that has ports.
type openPort struct {
	proto uint8
	port  uint16
}

// survey looks at all rules of the family once.
func (x *helpers) survey() {
	for _, t := range x.graph.Tables {
		if t.Family != x.family.Family && t.Family != ast.FamilyInet {
			continue
		}
		for _, c := range t.Chains {
			x.rules += len(c.Rules)
			for _, r := range c.Rules {
				x.rule(c, r)
			}
		}
	}
}

// maxFirst is how many rules are kept for a service.
const maxFirst = 4

func (x *helpers) rule(c *graph.Chain, r *ast.Rule) {
	states := uint64(ast.StateAll)
	var ports ast.Expr // the destination ports, and of which protocol
	var proto uint8
	opens, nat := false, false
	for _, s := range r.Stmts {
		switch s := s.(type) {
		case *ast.Match:
			switch left := s.Left.(type) {
			case *ast.Payload:
				if s.Op != ast.OpEq {
					continue
				}
				switch left.Field {
				case ast.TCPDport:
					ports, proto = s.Right, protoTCP
				case ast.UDPDport:
					ports, proto = s.Right, protoUDP
				case ast.THDport:
					ports, proto = s.Right, 0
				case ast.TCPSport:
					x.activeFTP = x.activeFTP || holdsInt(s.Right, 20)
				default:
				}
			case *ast.CT:
				if left.Key == ast.CTState {
					if bits, known := flows.StateBits(s); known {
						states &= bits
					}
				} else if left.Key == ast.CTHelper {
					if name, ok := helperIn(s.Right); ok && s.Op == ast.OpEq {
						x.matches = append(x.matches, helperMatch{c, s, name})
					}
				}
			}
		case *ast.AnyOf:
			if bits := statesOfAny(s); bits != 0 {
				states &= bits
			}
		case *ast.VMap:
			k, ok := s.Key.(*ast.CT)
			x.related = x.related || ok && k.Key == ast.CTState
		case *ast.Verdict:
			opens = s.Kind == ast.VerdictAccept || s.Kind == ast.VerdictJump || s.Kind == ast.VerdictGoto
		case *ast.NAT:
			nat = s.Kind == ast.DNAT
			opens = nat
		case *ast.Assign:
			if k, ok := s.Left.(*ast.CT); ok && k.Key == ast.CTHelper {
				x.assign(s.Right, c)
			}
		case *ast.ObjRef:
			if s.Kind == ast.ObjectCTHelper {
				x.assignObject(s.Name, c)
			}
		case *ast.Extension: // -j CT with a zone out of the mark
			if s.Target && s.Name == "CT" {
				if o := s.Option("helper"); o != nil && len(o.Args) > 0 {
					x.assign(o.Args[0], c)
				}
			}
		}
	}
	switch {
	case r.Bad:
		x.all = x.all || strings.Contains(x.host.Text(r), "helper")
		return
	case !opens:
		return
	}
	x.related = x.related || states != ast.StateAll && states&ast.StateRelated != 0
	switch {
	case states&ast.StateNew == 0:
	case ports != nil:
		x.ports(firstRule{chain: c, rule: r, nat: nat}, proto, ports)
	case nat:
		x.wholeHosts = true
	}
}

// ports notes which services a rule may open, and whether it opens a range of
// ports for what follows.
func (x *helpers) ports(at firstRule, proto uint8, e ast.Expr) {
	switch e := e.(type) {
	case *ast.Int:
		x.port(at, proto, e.Val)
	case *ast.SetLit:
		for _, elem := range e.Elems {
			x.ports(at, proto, elem.Key)
		}
	case *ast.Range:
		lo, ok := e.Lo.(*ast.Int)
		hi, is := e.Hi.(*ast.Int)
		if !ok || !is {
			return
		}
		if hi.Val-lo.Val < fewPorts {
			for port := lo.Val; port <= hi.Val; port++ {
				x.port(at, proto, port)
			}
			return
		}
		open := openPort{proto, uint16(hi.Val)}
		switch {
		case hi.Val < 1024 || slices.Contains(x.ranges, open):
		case at.nat:
			x.wholeHosts = true
		case len(x.ranges) < maxRanges:
			x.ranges = append(x.ranges, open)
		}
	}
}

// fewPorts is how many ports make a range that is opened for many connections,
// and no longer for the services at each of them.
const fewPorts = 5

// maxRanges is how many ranges are tried.
const maxRanges = 8

func (x *helpers) port(at firstRule, proto uint8, port uint64) {
	for i := range services {
		s := &services[i]
		if uint64(s.port) != port || proto != 0 && proto != s.proto || s.v4 && x.family.Family == ast.FamilyIP6 {
			continue
		}
		if at.service = s; x.kept[i] < maxFirst {
			x.kept[i]++
			x.first = append(x.first, at)
		}
	}
}

// assign notes the helper that -j CT assigns, or an object of nft's.
func (x *helpers) assign(name ast.Expr, c *graph.Chain) {
	s, ok := name.(*ast.String)
	if !ok {
		x.all = true
		return
	}
	hooks := c.Hooks
	if hooks == 0 { // of a fragment
		hooks = ^hooks
	}
	x.assigned[baseHelper(s.Val)] |= hooks
}

// assignObject notes the helper that nft assigns, by the name of an object. What
// is done before conntrack has seen the packet is done in vain.
func (x *helpers) assignObject(name ast.Expr, c *graph.Chain) {
	if x.sides[c.Table] == nil {
		x.sides[c.Table] = sidesOf(c.Table)
	}
	if x.sides[c.Table][c.Index] == beforeTracking {
		return
	}
	s, ok := name.(*ast.String)
	for _, o := range c.Table.Objects {
		if !ok || o.Kind != ast.ObjectCTHelper || o.Name != s.Val {
			continue
		}
		for i := range o.Options {
			if o.Options[i].Name == "type" && len(o.Options[i].Args) > 0 {
				x.assign(o.Options[i].Args[0], c)
				return
			}
		}
	}
	x.all = true
}

// baseHelper returns the name of a helper without the port that is its ending
// where it is not the usual one: ftp-2121.
func baseHelper(name string) string {
	at := strings.LastIndexByte(name, '-')
	if at > 0 && strings.Trim(name[at+1:], "0123456789") == "" {
		return name[:at]
	}
	return name
}

// helperIn returns the name of the helper that a match asks for: that of a set of
// names is the first, as -m helper lowers to the name and what it begins with.
func helperIn(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.String:
		return baseHelper(e.Val), e.Val != ""
	case *ast.SetLit:
		if len(e.Elems) > 0 {
			return helperIn(e.Elems[0].Key)
		}
	}
	return "", false
}

// has reports whether a helper is assigned at one of some hooks. H.323 has
// several.
func (x *helpers) has(name string, hooks graph.Hooks) bool {
	if !slices.Contains(h323, name) {
		return x.assigned[name]&hooks != 0
	}
	return slices.ContainsFunc(h323, func(n string) bool { return x.assigned[n]&hooks != 0 })
}

var h323 = []string{"Q.931", "RAS", "H.245"}

// The hooks at which the first packet of a connection can get its helper: one that
// comes in, and one that the host itself sends.
const (
	hooksIn  graph.Hooks = 1<<ast.HookPrerouting | 1<<ast.HookInput | 1<<ast.HookForward | 1<<ast.HookPostrouting
	hooksOut graph.Hooks = 1<<ast.HookOutput | 1<<ast.HookPostrouting
)

// match reports a match on a helper that no rule assigns.
func (x *helpers) match(m helperMatch) {
	if x.has(m.name, hooksIn|hooksOut) {
		return
	}
	for i := range services {
		if services[i].helper == m.name {
			x.reported[services[i].name] = true
		}
	}
	check.Report(x.pass, m.match, fmt.Sprintf("no rule assigns helper %s, so this match never holds since Linux 6.0, nor before, unless nf_conntrack_helper=1; %s", m.name, assignBy(m.chain.Table, m.name, ast.HookNone)))
}

// assignBy says how a helper is assigned to connections that begin at a hook;
// HookNone for any.
func assignBy(t *graph.Table, helper string, h ast.Hook) string {
	where := map[ast.Hook]string{ast.HookInput: " at PREROUTING", ast.HookForward: " at PREROUTING", ast.HookOutput: " at OUTPUT"}[h]
	if t.Xtables {
		return fmt.Sprintf("assign it with -j CT --helper %s in the raw table%s", helper, where)
	}
	return fmt.Sprintf("declare a ct helper of type %q and assign it with ct helper set%s", helper, strings.ToLower(where))
}

// service reports a service whose next connection is left to a helper that no
// rule assigns, if the rule lets its first connection begin.
func (x *helpers) service(at firstRule) {
	s := at.service
	if x.reported[s.name] || !x.related || s.helper == "ftp" && x.activeFTP {
		return
	}
	for _, p := range x.firstPackets(at) {
		hooks, instead := hooksIn, ""
		if p.Hook == ast.HookOutput {
			hooks = hooksOut
		}
		if x.has(s.helper, hooks) {
			continue
		}
		if x.has(s.helper, hooksIn|hooksOut) {
			instead = " there (it is assigned where these packets do not come by)"
		}
		if x.budget -= (3 + len(x.ranges)) * x.rules; x.budget < 0 {
			return
		}
		if by, ok := x.relies(at, p); ok {
			x.reported[s.name] = true
			check.Report(x.pass, at.rule, fmt.Sprintf("%s is let %s here, and its %s only as RELATED, but no rule assigns helper %s%s, so they are dropped since Linux 6.0, and before, unless nf_conntrack_helper=1; %s",
				s.name, direction[p.Hook], s.what, s.helper, instead, assignBy(at.chain.Table, s.helper, p.Hook)), check.Related(by, "RELATED is accepted here"))
			return
		}
	}
}

// firstPackets returns packets of a first connection that may pass a rule, each at
// a hook where it is filtered.
func (x *helpers) firstPackets(at firstRule) (out []semantics.Packet) {
	s := at.service
	hooks := []ast.Hook{ast.HookInput, ast.HookForward, ast.HookOutput}
	way := ast.HookNone
	if at.nat {
		hooks, way = hooks[1:2], ast.HookPrerouting
	}
	for _, h := range hooks {
		if s.out && h != ast.HookOutput {
			continue
		}
		from := h
		if way != ast.HookNone {
			from = way
		}
		rules, ok := onTheWay(at.chain, at.rule, from)
		if !ok {
			continue
		}
		p := x.family.NewPacket(h)
		p.Proto, p.Dport = s.proto, s.port
		if semantics.Satisfy(x.family.Ruleset, at.chain.Table.Table, &p, rules...) == semantics.No ||
			p.State != ast.StateNew || p.Proto != s.proto || p.Dport != s.port {
			continue
		}
		if s.out { // to the network of the address it is sent from
			p.Daddr = p.Saddr.Next()
		}
		if at.nat {
			out = append(out, x.translated(p, at.rule)...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

// translated returns the packet as a rule that rewrites its destination leaves it,
// on its way to each of the interfaces that rules name.
func (x *helpers) translated(p semantics.Packet, r *ast.Rule) (out []semantics.Packet) {
	for _, s := range r.Stmts {
		n, ok := s.(*ast.NAT)
		if !ok {
			continue
		}
		to, ok := n.Addr.(*ast.Addr)
		if !ok || x.wholeHosts {
			return nil
		}
		p.Daddr = to.Addr
		if port, ok := n.Port.(*ast.Int); ok {
			p.Dport = uint16(port.Val)
		}
		p.Status |= ast.StatusDNAT
		for _, name := range append(slices.Clip(x.family.Interfaces(ast.HookForward)), "lan0") {
			if name != p.Iif {
				p.Oif = name
				out = append(out, p)
			}
		}
	}
	return out
}

// relies reports whether a rule lets a first connection begin, and the ruleset the
// one that follows only as RELATED; and returns the rule that would.
func (x *helpers) relies(at firstRule, p semantics.Packet) (*ast.Rule, bool) {
	s := at.service
	if d := semantics.Decide(x.family.Ruleset, p); !d.Accepts() || !at.nat && !x.lets(at, &d) {
		return nil, false
	}
	next := p
	if s.back {
		next = p.Reply()
	}
	next.Proto, next.Sport, next.Dport = s.next, 41207, 47321
	if s.sport != 0 {
		next.Sport, next.Dport = s.sport, s.dport
	}
	next.TCPFlags, next.Dir, next.Status, next.HasOrig = ast.TCPSyn, ast.DirOriginal, 0, false
	next.State = ast.StateNew
	// Without the helper, a connection to a host behind NAT has no way there.
	if !at.nat && x.open(next) {
		return nil, false
	}
	next.State, next.Status = ast.StateRelated, ast.StatusExpected
	d := semantics.Decide(x.family.Ruleset, next)
	if !d.Accept {
		return nil, false
	}
	for _, by := range d.By {
		if !by.Drop && by.Rule != nil && by.Chain.Hook != ast.HookPrerouting {
			return by.Rule, true
		}
	}
	return nil, false
}

// lets reports whether it is the rule that accepts a packet, or a chain that it
// calls.
func (x *helpers) lets(at firstRule, d *semantics.Decision) bool {
	var to *graph.Chain
	if v, ok := at.rule.Stmts[len(at.rule.Stmts)-1].(*ast.Verdict); ok {
		to = at.chain.Table.Chain(v.Chain)
	}
	return slices.ContainsFunc(d.By, func(s semantics.Step) bool {
		if s.Drop || s.Rule == nil {
			return false
		}
		return s.Rule == at.rule || to != nil && (s.Chain == to.Chain || acceptsAll(to, maxAcceptDepth))
	})
}

// open reports whether a connection may begin, to its port or to one of a range
// that rules open.
func (x *helpers) open(p semantics.Packet) bool {
	if d := semantics.Decide(x.family.Ruleset, p); d.Accept {
		return true
	}
	for _, r := range x.ranges {
		if r.proto == p.Proto || r.proto == 0 {
			p.Dport = r.port
			if d := semantics.Decide(x.family.Ruleset, p); d.Accept {
				return true
			}
		}
	}
	return false
}
