package ast

import (
	"fmt"
	"iter"
)

// Walk calls f for n and then, if f returned true, for all that lies in n, from
// left to right, each node before its children. A nil n, and a nil child, is
// left out. Options, elements and uses are given as pointers into the node that
// holds them. Walk panics at a Node that is not of this package.
func Walk(n Node, f func(Node) bool) {
	if n == nil || !f(n) {
		return
	}
	switch n := n.(type) {
	case *Ruleset:
		walkAll(n.Tables, f)
		walkAll(n.Commands, f)
		walkAll(n.IPSets, f)
	case *Table:
		walkAll(n.Sets, f)
		walkAll(n.Objects, f)
		walkAll(n.Flowtables, f)
		walkAll(n.Chains, f)
	case *Chain:
		walkAll(n.Rules, f)
	case *Rule:
		walkAll(n.Stmts, f)
		for i := range n.Uses {
			f(&n.Uses[i])
		}
	case *Set:
		Walk(n.KeyExpr, f)
		Walk(n.DataExpr, f)
		walkOptions(n.IPSetOpts, f)
		walkAll(n.Stmts, f)
		walkAll(n.Elems, f)
	case *Elem:
		Walk(n.Key, f)
		walkAll(n.Extra().Stmts, f)
		Walk(n.Data, f)
		Walk(n.Value, f)
	case *Object:
		Walk(n.Stmt, f)
		walkOptions(n.Options, f)
	case *Option:
		walkAll(n.Args, f)

	case *Match:
		Walk(n.Left, f)
		Walk(n.Right, f)
	case *AnyOf:
		for _, alt := range n.Alts {
			walkAll(alt, f)
		}
	case *VMap:
		Walk(n.Key, f)
		Walk(n.Map, f)
	case *ObjRef:
		Walk(n.Name, f)
	case *NAT:
		Walk(n.Addr, f)
		Walk(n.Port, f)
		Walk(n.PortBase, f)
	case *Assign:
		Walk(n.Left, f)
		Walk(n.Right, f)
	case *Reset:
		Walk(n.Target, f)
	case *Dup:
		Walk(n.Addr, f)
		Walk(n.Device, f)
	case *Fwd:
		Walk(n.Addr, f)
		Walk(n.Device, f)
	case *Queue:
		Walk(n.Num, f)
	case *TProxy:
		Walk(n.Addr, f)
		Walk(n.Port, f)
	case *SetOp:
		Walk(n.Key, f)
		walkAll(n.Stmts, f)
		Walk(n.Data, f)
	case *Meter:
		Walk(n.Key, f)
		walkAll(n.Stmts, f)
	case *Extension:
		walkOptions(n.Options, f)

	case *Hash:
		Walk(n.Key, f)
	case *Binary:
		Walk(n.Left, f)
		Walk(n.Right, f)
	case *Concat:
		walkAll(n.Parts, f)
	case *Map:
		Walk(n.Key, f)
		Walk(n.Map, f)
	case *Range:
		Walk(n.Lo, f)
		Walk(n.Hi, f)
	case *SetLit:
		walkAll(n.Elems, f)

	case *Command, *Flowtable, *Use,
		*Verdict, *Counter, *Last, *Log, *Limit, *Quota, *ConnLimit, *Reject, *Notrack,
		*Synproxy, *FlowAdd, *Opaque,
		*Payload, *RawPayload, *Meta, *CT, *Exthdr, *TCPOption, *IPOption, *SCTPChunk,
		*DCCPOption, *Socket, *TunnelInfo, *OSF, *Fib, *Rt, *Ipsec, *Numgen, *IPSetKey, *Int, *Big, *Addr,
		*Prefix, *MaskedAddr, *Ether, *String, *Host, *Bool, *SetRef, *Unknown:
		// Nothing lies in these.
	default:
		panic(fmt.Sprintf("ast.Walk: %T is no node of a ruleset", n))
	}
}

func walkAll[N Node](nodes []N, f func(Node) bool) {
	for _, n := range nodes {
		Walk(n, f)
	}
}

func walkOptions(options []Option, f func(Node) bool) {
	for i := range options {
		Walk(&options[i], f)
	}
}

// Preorder returns n and all that lies in it, in the order of [Walk].
func Preorder(n Node) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		more := true
		Walk(n, func(n Node) bool {
			more = more && yield(n)
			return more
		})
	}
}
