package ct

import (
	"net/netip"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/graph"
	"github.com/ctlint/ctlint/checks/reach"
	"github.com/ctlint/ctlint/semantics"
)

// replyPath is what becomes of the packets that answer the connections which the
// ruleset lets begin, on the way that they come back on.
type replyPath struct {
	*hostWay
	// first is the way of the first packets: out for what comes in.
	first *hostWay
	// dead are replies that are dropped for certain, whatever addresses and
	// interfaces the host has; of each protocol those are all or none.
	dead  semantics.Set
	tcp   bool
	udp   bool
	drops []*ast.Rule // that drop them
}

// replyHook is where the replies to what passes a hook come back.
var replyHook = map[ast.Hook]ast.Hook{ast.HookOutput: ast.HookInput, ast.HookInput: ast.HookOutput, ast.HookForward: ast.HookForward}

// replyPaths has the []*replyPath of the ways on which replies die as its result.
//
// Which addresses and interfaces are the host's own is not known, and a site may
// refuse some peers and ports on purpose. So nothing is said of replies that some
// address and interface lets in: a service's replies are dead if none does, for one
// of the thirds of the ports that clients use. Where the ruleset lets most services
// through, those are all meant together: who filters without state lets in the ones
// that he uses.
var replyPaths = &analysis.Analyzer{
	Name:             "reply_paths",
	Doc:              "find out where replies to accepted connections die\n\nThe result is read-only.",
	Requires:         []*analysis.Analyzer{graph.Analyzer, reach.Analyzer},
	ResultType:       reflect.TypeFor[[]*replyPath](),
	RunDespiteErrors: true,
	Run: func(pass *analysis.Pass) (any, error) {
		return findReplyPaths(reach.Of(pass), graph.Of(pass)), nil
	},
}

// replyPathsOf returns the result of [replyPaths].
func replyPathsOf(pass *analysis.Pass) []*replyPath { return pass.ResultOf[replyPaths].([]*replyPath) }

func findReplyPaths(f *reach.Facts, g *graph.Graph) (out []*replyPath) {
	for _, first := range waysOf(f, g, ast.HookOutput, ast.HookInput, ast.HookForward) {
		back := f.Way(first.Way.Family, replyHook[first.Hook])
		if !back.Known() || len(back.BaseChains()) == 0 {
			continue
		}
		p := &replyPath{hostWay: newWay(f, g, back), first: first}
		p.dead = back.Universe().Minus(back.Universe())
		p.tcp = p.try(protoTCP)
		p.udp = p.try(protoUDP)
		if p.tcp || p.udp {
			p.findDrops()
			if p.dead.Some() {
				out = append(out, p)
			}
		}
	}
	return out
}

// clientPorts are thirds of net.ipv4.ip_local_port_range.
var clientPorts = []semantics.Ports{{Lo: 32768, Hi: 42000}, {Lo: 42001, Hi: 51500}, {Lo: 51501, Hi: 60999}}

// public are networks of which all addresses are of the Internet.
var public = map[ast.Family][]netip.Prefix{
	ast.FamilyIP:  {netip.MustParsePrefix("64.0.0.0/4"), netip.MustParsePrefix("80.0.0.0/4"), netip.MustParsePrefix("208.0.0.0/5")},
	ast.FamilyIP6: {netip.MustParsePrefix("2400::/8"), netip.MustParsePrefix("2600::/8"), netip.MustParsePrefix("2a00::/8")},
}

// firstPackets returns packets of a protocol that begin connections and are accepted
// for certain, of those within a set.
func (w *hostWay) firstPackets(proto uint8, within semantics.Set) semantics.Set {
	f := semantics.Fields{State: ast.StateNew, Dir: ast.DirOriginal, Proto: proto, Sport: semantics.Ports{Lo: 32768, Hi: 60999}, Unmarked: true}
	if proto == protoTCP {
		f.TCPFlags, f.TCPMask = ast.TCPSyn, ast.TCPSyn|ast.TCPAck|ast.TCPRst|ast.TCPFin
	}
	return w.where(f).And(within).And(w.Accepts()).Must()
}

// header are the fields that all packets of a connection in one direction share.
var header = []semantics.Field{
	semantics.FieldProto, semantics.FieldSport, semantics.FieldDport, semantics.FieldSaddr, semantics.FieldDaddr, semantics.FieldIif, semantics.FieldOif,
}

// try finds the dead replies of a protocol.
func (p *replyPath) try(proto uint8) bool {
	f := semantics.Fields{State: ast.StateEstablished, Dir: ast.DirReply, Proto: proto, Dport: semantics.Ports{Lo: 32768, Hi: 60999}}
	if proto == protoTCP {
		f.TCPFlags, f.TCPMask = ast.TCPSyn|ast.TCPAck, ast.TCPSyn|ast.TCPAck|ast.TCPRst|ast.TCPFin
	}
	// Mostly a rule accepts all of them, and only a few are dropped; then it is little
	// to find out which connections those belong to.
	dropped := p.where(f).And(p.Drops()).Must()
	if !dropped.Some() {
		return false
	}
	asked := dropped.Reply().Project(header...)
	begins := func(within semantics.Set) semantics.Set {
		// Rules may have marked the connection.
		return p.first.firstPackets(proto, within).Without(semantics.FieldMark, semantics.FieldCTMark).Reply().And(p.where(f))
	}
	dead := begins(asked).And(dropped)
	if !dead.Some() {
		return false
	}
	// The other replies of the same services.
	replies := begins(asked.Project(semantics.FieldProto, semantics.FieldDport))
	alive := replies.And(p.Accepts()).May()
	if !replies.Some() || !alive.Known() {
		return false
	}
	before := p.dead
	for _, ports := range clientPorts {
		third := p.Where(semantics.Fields{Proto: proto, Dport: ports})
		p.add(proto, replies.And(third), alive.And(third), dead.And(third))
	}
	if !p.acceptsByState(proto) {
		for _, n := range p.publicPeers(proto) {
			p.add(proto, replies.And(n), alive.And(n), dead.And(n))
		}
	}
	return p.dead.Minus(before).Some()
}

// add adds those of the replies that are dead of which no like one is alive.
func (p *replyPath) add(proto uint8, replies, alive, dead semantics.Set) {
	if !dead.Some() {
		return
	}
	served := replies.Project(semantics.FieldSport)
	if all := p.Where(semantics.Fields{Proto: proto, Whole: true}).Project(semantics.FieldSport); served.Share() < all.Share()/2 {
		// Services are named one by one.
		dead = dead.And(served.Minus(alive.Project(semantics.FieldSport)))
	} else if !alive.Empty() {
		return
	}
	if dead.Some() {
		p.dead = p.dead.Or(dead)
	}
}

// acceptsByState reports whether a rule that filters accepts packets of a protocol
// as established.
func (p *replyPath) acceptsByState(proto uint8) bool {
	return slices.ContainsFunc(p.established(), func(r *ast.Rule) bool {
		a := acceptByState(p.table(r), r)
		return (!a.byProtocol || proto == protoTCP && a.tcp || proto == protoUDP && a.udp)
	})
}

// publicPeers returns the replies from parts of the Internet and to them. Of a host
// they only count if it lets in connections from there: one that does not may have no
// business with it.
func (p *replyPath) publicPeers(proto uint8) (out []semantics.Set) {
	for _, n := range public[p.Way.Family] {
		from := p.Where(semantics.Fields{Proto: proto, Src: n})
		to := p.Where(semantics.Fields{Proto: proto, Dst: n})
		switch {
		case p.Hook == ast.HookForward:
			out = append(out, from, to)
		case p.Hook == ast.HookInput && p.hostWay.welcomes(n):
			out = append(out, from)
		case p.Hook == ast.HookOutput && p.first.welcomes(n):
			out = append(out, to)
		}
	}
	return out
}

// welcomes reports whether a way lets in connections from a network.
func (w *hostWay) welcomes(n netip.Prefix) bool {
	return w.Accepts().Must().Meets(w.where(semantics.Fields{State: ast.StateNew, Protos: []uint8{protoTCP, protoUDP}, Src: n}))
}

// findDrops finds the rules that drop the dead replies. What a rule drops that asks
// for the state itself is dropped on purpose, or is no reply where the rule stands.
func (p *replyPath) findDrops() {
	for r := range p.Rules() {
		sets := p.Rule(r)
		drops := sets.Drops.Or(sets.Rejects)
		if !drops.Meets(p.dead) {
			continue
		}
		if asksForState(r) {
			p.dead = p.dead.Minus(drops)
			continue
		}
		p.drops = append(p.drops, r)
	}
}

// asksForState reports whether a rule looks at the state of packets.
func asksForState(r *ast.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s ast.Stmt) bool {
		switch s := s.(type) {
		case *ast.Match:
			return isState(s.Left)
		case *ast.VMap:
			return isState(s.Key)
		case *ast.AnyOf:
			return statesOfAny(s) != 0
		}
		return false
	})
}

// droppedBy returns the dead replies that a rule drops.
func (p *replyPath) droppedBy(r *ast.Rule) semantics.Set {
	sets := p.Rule(r)
	return p.dead.And(sets.Drops.Or(sets.Rejects))
}

// below returns the rule that would accept replies by their state, were they not
// dropped by another; nil if there is none.
func (p *replyPath) below(dropped semantics.Set) *ast.Rule {
	for _, r := range p.established() {
		if a := acceptByState(p.table(r), r); a.states&ast.StateInvalid != 0 {
			continue
		}
		if p.facts.Wanted(p.Way, r).Must().Meets(dropped) {
			return r
		}
	}
	return nil
}

// firstOf returns the first packet of the connection that a reply belongs to, as a
// line.
func (p *replyPath) firstOf(reply *semantics.Packet) string {
	q := reply.Reply() // of the reply: addresses, ports and interfaces turn back
	q.State, q.Dir, q.Status, q.HasOrig = ast.StateNew, ast.DirOriginal, 0, false
	if q.Proto == protoTCP {
		q.TCPFlags = ast.TCPSyn
	}
	return q.String()
}
