// Package influence knows what of a packet and its surroundings a statement looks
// at, and what it changes for the statements that come after it. Two rules with
// the same text do the same only if nothing in between has changed what they look
// at.
package influence

import "github.com/ctlint/ctlint/ast"

// Fields is a set of what statements may change.
type Fields uint8

// What statements may change.
const (
	// Header is the packet itself.
	Header Fields = 1 << iota
	// Mark is the packet's mark.
	Mark
	// Meta is the other metadata that rules may set: priority, tracing.
	Meta
	// Conn is what conntrack knows of the packet: its state, the mark and
	// the labels of the connection.
	Conn
	// Sets are the elements of sets and maps, and the lists of recent.
	Sets

	Nothing Fields = 0
	All            = Header | Mark | Meta | Conn | Sets
)

// Of is what a statement looks at and what it changes.
type Of struct {
	Reads, Writes Fields
	// Stateful says that the answer, or the effect, is another one each time
	// the statement is run: a rate, a count, a random number.
	Stateful bool
	// Unknown says that the statement was not understood.
	Unknown bool
}

// Add adds what another statement does.
func (o *Of) Add(p Of) {
	o.Reads |= p.Reads
	o.Writes |= p.Writes
	o.Stateful = o.Stateful || p.Stateful
	o.Unknown = o.Unknown || p.Unknown
}

// Rule returns what a rule's statements do, without the chains that it calls.
func Rule(r *ast.Rule) Of {
	o := stmts(r.Stmts)
	if r.Bad {
		o.Unknown, o.Writes = true, All
	}
	return o
}

func stmts(list []ast.Stmt) Of {
	var o Of
	for _, s := range list {
		o.Add(Stmt(s))
	}
	return o
}

// Stmt returns what a statement does.
func Stmt(s ast.Stmt) Of {
	switch s := s.(type) {
	case *ast.Match:
		o := expr(s.Left)
		o.Add(expr(s.Right))
		return o
	case *ast.AnyOf:
		var o Of
		for _, alt := range s.Alts {
			o.Add(stmts(alt))
		}
		return o
	case *ast.Verdict, *ast.Counter, *ast.Last, *ast.Log, *ast.Reject, *ast.Dup, *ast.Fwd, *ast.Queue, *ast.NAT:
		return Of{}
	case *ast.VMap:
		o := expr(s.Key)
		o.Add(expr(s.Map))
		return o
	case *ast.Limit, *ast.Quota, *ast.ConnLimit, *ast.FlowAdd, *ast.Synproxy:
		return Of{Stateful: true}
	case *ast.ObjRef:
		return objRef(s)
	case *ast.Notrack:
		return Of{Writes: Conn}
	case *ast.Assign:
		o := expr(s.Right)
		o.Writes |= target(s.Left)
		return o
	case *ast.Reset:
		return Of{Writes: Header}
	case *ast.TProxy:
		return Of{Reads: Header, Writes: Mark}
	case *ast.SetOp:
		o := expr(s.Key)
		o.Add(Of{Reads: Sets, Writes: Sets, Stateful: true})
		return o
	case *ast.Meter:
		return Of{Reads: All, Writes: Sets, Stateful: true}
	case *ast.Extension:
		return extension(s)
	case *ast.Opaque:
		if s.Action {
			return Of{Reads: All, Writes: All, Unknown: true}
		}
		return Of{Reads: All, Unknown: true}
	}
	return Of{Reads: All, Writes: All, Unknown: true}
}

// objRef returns what the use of a stateful object does. The helper, the timeout
// and the expectation become the connection's.
func objRef(s *ast.ObjRef) Of {
	o := expr(s.Name)
	switch s.Kind {
	case ast.ObjectCTHelper, ast.ObjectCTTimeout, ast.ObjectCTExpectation:
		o.Writes |= Conn
	case ast.ObjectSecmark:
		o.Writes |= Meta
	case ast.ObjectLimit, ast.ObjectQuota, ast.ObjectSynproxy:
		o.Stateful = true
	case ast.ObjectNone, ast.ObjectCounter, ast.ObjectTunnel:
	}
	return o
}

// target returns what an assignment to e changes.
func target(e ast.Expr) Fields {
	switch e := e.(type) {
	case *ast.Meta:
		if e.Key == ast.MetaMark {
			return Mark
		}
		return Meta
	case *ast.CT:
		return Conn
	}
	return Header
}

// metaFields are the metadata that change on the way: rules set them, or they
// are the packet's own. What is not named stays what it is from rule to rule.
var metaFields = map[ast.MetaKey]Fields{
	ast.MetaMark:      Mark,
	ast.MetaPriority:  Meta,
	ast.MetaNftrace:   Meta,
	ast.MetaPkttype:   Meta,
	ast.MetaSecmark:   Meta,
	ast.MetaBroute:    Meta,
	ast.MetaIbrhwaddr: Meta,
	ast.MetaLength:    Header,
}

func expr(e ast.Expr) Of {
	switch e := e.(type) {
	case nil, *ast.Int, *ast.Big, *ast.Addr, *ast.Prefix, *ast.MaskedAddr, *ast.Ether, *ast.String, *ast.Bool, *ast.Host:
		return Of{}
	case *ast.Payload, *ast.RawPayload, *ast.Exthdr, *ast.TCPOption, *ast.IPOption, *ast.SCTPChunk, *ast.DCCPOption, *ast.IPSetKey, *ast.OSF, *ast.TunnelInfo, *ast.Ipsec:
		return Of{Reads: Header}
	case *ast.Meta:
		return Of{Reads: metaFields[e.Key], Stateful: e.Key == ast.MetaRandom}
	case *ast.CT:
		// How often a connection's packets come is another number each
		// time, but not for one packet.
		return Of{Reads: Conn}
	case *ast.Socket, *ast.Fib, *ast.Rt:
		return Of{Reads: Header | Mark}
	case *ast.Numgen:
		return Of{Stateful: true}
	case *ast.Hash:
		if e.Key == nil {
			return Of{Reads: Header}
		}
		return expr(e.Key)
	case *ast.Binary:
		o := expr(e.Left)
		o.Add(expr(e.Right))
		return o
	case *ast.Concat:
		var o Of
		for _, p := range e.Parts {
			o.Add(expr(p))
		}
		return o
	case *ast.Map:
		o := expr(e.Key)
		o.Add(expr(e.Map))
		return o
	case *ast.Range:
		o := expr(e.Lo)
		o.Add(expr(e.Hi))
		return o
	case *ast.SetLit:
		return setLit(e)
	case *ast.SetRef:
		return Of{Reads: Sets}
	case *ast.Unknown:
		return Of{Reads: All, Unknown: true}
	}
	return Of{Reads: All, Unknown: true}
}

// setLit returns what the elements do: those that are constants nothing.
func setLit(s *ast.SetLit) Of {
	var o Of
	for _, e := range s.Elems {
		o.Add(expr(e.Key))
		o.Add(expr(e.Value))
		o.Add(stmts(e.Extra().Stmts))
	}
	return o
}
