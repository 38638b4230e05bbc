package nft

import (
	"bytes"
	"cmp"
	"net/netip"

	"github.com/ctlint/ctlint/ast"
)

// isLeaf reports whether e is one value that is known.
func isLeaf(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Int, *ast.Addr, *ast.Ether, *ast.Big:
		return true
	}
	return false
}

// leafBytes returns a value in network byte order, n bytes wide.
func leafBytes(e ast.Expr, n int) []byte {
	switch e := e.(type) {
	case *ast.Int:
		b := make([]byte, max(n, 8))
		for i := range 8 {
			b[len(b)-1-i] = byte(e.Val >> (8 * i))
		}
		return b
	case *ast.Addr:
		return e.Addr.AsSlice()
	case *ast.Ether:
		return e.Addr[:]
	case *ast.Big:
		b := make([]byte, max(n, len(e.Bytes)))
		copy(b[len(b)-len(e.Bytes):], e.Bytes)
		return b
	}
	return nil
}

// fold returns what an operation on two values gives, as nft computes it when
// it reads them; nil if one of them is no value.
func fold(op ast.BinaryOp, l, r ast.Expr, s ast.Span, t vtype) ast.Expr {
	if a, ok := l.(*ast.Int); ok {
		if b, ok := r.(*ast.Int); ok {
			v := foldInts(op, a.Val, b.Val)
			if t.bits > 0 && t.bits < 64 {
				v &= 1<<t.bits - 1
			}
			return &ast.Int{Span: s, Val: v}
		}
	}
	if !isLeaf(l) || !isLeaf(r) || op == ast.OpShl || op == ast.OpShr {
		return nil
	}
	n := 0
	for _, e := range []ast.Expr{l, r} {
		if _, ok := e.(*ast.Int); !ok {
			n = max(n, len(leafBytes(e, 0)))
		}
	}
	a, b := leafBytes(l, n), leafBytes(r, n)
	if len(a) != len(b) {
		return nil
	}
	out := make([]byte, len(a))
	for i := range out {
		out[i] = byte(foldInts(op, uint64(a[i]), uint64(b[i])))
	}
	switch l.(type) {
	case *ast.Addr:
		addr, _ := netip.AddrFromSlice(out)
		return &ast.Addr{Span: s, Addr: addr}
	case *ast.Ether:
		return &ast.Ether{Span: s, Addr: [6]byte(out)}
	}
	return bigOrInt(s, out)
}

// bigOrInt is a number in network byte order: an Int if it has room in one.
func bigOrInt(s ast.Span, b []byte) ast.Expr {
	var v uint64
	for i, c := range b {
		if len(b)-i > 8 && c != 0 {
			return &ast.Big{Span: s, Bytes: b}
		}
		v = v<<8 | uint64(c)
	}
	return &ast.Int{Span: s, Val: v}
}

func foldInts(op ast.BinaryOp, a, b uint64) uint64 {
	switch op {
	case ast.OpAnd:
		return a & b
	case ast.OpOr:
		return a | b
	case ast.OpXor:
		return a ^ b
	case ast.OpShl:
		return a << min(b, 64)
	default: // ast.OpShr
		return a >> min(b, 64)
	}
}

// compareLeaves compares two values, if they are of one kind.
func compareLeaves(l, r ast.Expr) (int, bool) {
	switch l := l.(type) {
	case *ast.Int:
		if r, ok := r.(*ast.Int); ok {
			return cmp.Compare(l.Val, r.Val), true
		}
	case *ast.Addr:
		if r, ok := r.(*ast.Addr); ok && l.Addr.Is4() == r.Addr.Is4() {
			return l.Addr.Compare(r.Addr), true
		}
	case *ast.Ether:
		if r, ok := r.(*ast.Ether); ok {
			return bytes.Compare(l.Addr[:], r.Addr[:]), true
		}
	}
	_, lbig := l.(*ast.Big)
	_, rbig := r.(*ast.Big)
	if lbig || rbig {
		n := max(len(leafBytes(l, 0)), len(leafBytes(r, 0)))
		a, b := leafBytes(l, n), leafBytes(r, n)
		return bytes.Compare(a, b), len(a) == len(b) && n > 0
	}
	return 0, false
}

// lastAddr is the last address of a network.
func lastAddr(p *ast.Prefix) netip.Addr {
	b := p.Prefix.Addr().AsSlice()
	for i := p.Prefix.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
