package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// arithExp expands $((...)).
func (m *machine) arithExp(p *syntax.ArithmExp) Text {
	at := m.src.node(p)
	n, ok := m.arith(p.X)
	if !ok {
		return Text{m.opaque(at, m.src.slice(p))}
	}
	return known(at, strconv.FormatInt(n, 10))
}

// arithStatus runs ((...)): it holds if the number is not 0.
func (m *machine) arithStatus(x syntax.ArithmExpr) Status {
	n, ok := m.arith(x)
	if !ok {
		return Maybe
	}
	return statusOf(n != 0)
}

// arith computes an arithmetic expression; not ok, if the text does not say how
// much it is.
func (m *machine) arith(x syntax.ArithmExpr) (int64, bool) {
	switch x := x.(type) {
	case *syntax.Word:
		if l := x.Lit(); syntax.ValidName(l) {
			return m.number(Text{{Text: l}}, 0)
		}
		return m.number(m.text(x), 0)
	case *syntax.ParenArithm:
		return m.arith(x.X)
	case *syntax.UnaryArithm:
		return m.unary(x)
	case *syntax.BinaryArithm:
		return m.binaryArith(x)
	}
	return 0, false
}

// number reads a number: in the base of its prefix, or the value of a variable.
func (m *machine) number(t Text, depth int) (int64, bool) {
	s, ok := t.Known()
	if !ok || depth > 8 {
		return 0, false
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	if syntax.ValidName(s) {
		v := m.vars[s]
		switch {
		case v == nil:
			return 0, false
		case v.unset:
			return 0, true
		case v.array && len(v.list) > 0:
			return m.number(v.list[0], depth+1)
		}
		return m.number(v.text, depth+1)
	}
	neg := strings.HasPrefix(s, "-")
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	base := 10
	if b, rest, ok := strings.Cut(digits, "#"); ok {
		n, err := strconv.Atoi(b)
		if err != nil || n < 2 || n > 36 {
			return 0, false
		}
		base, digits = n, rest
	} else if h, ok := strings.CutPrefix(strings.ToLower(digits), "0x"); ok {
		base, digits = 16, h
	} else if len(digits) > 1 && digits[0] == '0' {
		base = 8
	}
	if strings.ContainsAny(digits, "+-_") {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, base, 64)
	if neg {
		n = -n
	}
	return n, err == nil
}

func (m *machine) unary(x *syntax.UnaryArithm) (int64, bool) {
	n, ok := m.arith(x.X)
	switch x.Op {
	case syntax.Inc, syntax.Dec:
		to := n + 1
		if x.Op == syntax.Dec {
			to = n - 1
		}
		m.assignArith(x.X, to, ok)
		if x.Post {
			return n, ok
		}
		return to, ok
	case syntax.Minus:
		return -n, ok
	case syntax.Plus:
		return n, ok
	case syntax.Not:
		return truth(n == 0), ok
	case syntax.BitNegation:
		return ^n, ok
	default:
		return 0, false
	}
}

// assignArith sets the variable that an expression names.
func (m *machine) assignArith(x syntax.ArithmExpr, n int64, ok bool) {
	w, isWord := x.(*syntax.Word)
	if !isWord || !syntax.ValidName(w.Lit()) {
		return
	}
	name := w.Lit()
	if !ok {
		m.set(name, m.unknownVar(name, "the value of $"+name+" depends on what only the running system knows"))
		return
	}
	m.set(name, &variable{text: known(m.src.node(w), strconv.FormatInt(n, 10))})
}

func assigns(op syntax.BinAritOperator) bool {
	_, ok := assignOps[op]
	return ok
}

// assignOps are the assignments, with the operation that each carries out
// first; = none.
var assignOps = map[syntax.BinAritOperator]syntax.BinAritOperator{
	syntax.Assgn: 0, syntax.AddAssgn: syntax.Add, syntax.SubAssgn: syntax.Sub, syntax.MulAssgn: syntax.Mul,
	syntax.QuoAssgn: syntax.Quo, syntax.RemAssgn: syntax.Rem, syntax.AndAssgn: syntax.And, syntax.OrAssgn: syntax.Or,
	syntax.XorAssgn: syntax.Xor, syntax.ShlAssgn: syntax.Shl, syntax.ShrAssgn: syntax.Shr,
}

func (m *machine) binaryArith(x *syntax.BinaryArithm) (int64, bool) {
	if op, ok := assignOps[x.Op]; ok {
		n, known := m.arith(x.Y)
		if op != 0 && known {
			var old int64
			if old, known = m.arith(x.X); known {
				n, known = compute(op, old, n)
			}
		}
		m.assignArith(x.X, n, known)
		return n, known
	}
	switch x.Op {
	case syntax.Comma:
		m.arith(x.X)
		return m.arith(x.Y)
	case syntax.AndArit, syntax.OrArit:
		a, ok := m.arith(x.X)
		if ok && (a != 0) == (x.Op == syntax.OrArit) {
			return truth(a != 0), true
		}
		b, ok2 := m.arith(x.Y)
		return truth(b != 0), ok && ok2
	case syntax.TernQuest:
		alts, isAlts := x.Y.(*syntax.BinaryArithm)
		c, ok := m.arith(x.X)
		if !ok || !isAlts {
			return 0, false
		}
		if c != 0 {
			return m.arith(alts.X)
		}
		return m.arith(alts.Y)
	default:
	}
	a, ok1 := m.arith(x.X)
	b, ok2 := m.arith(x.Y)
	if !ok1 || !ok2 {
		return 0, false
	}
	return compute(x.Op, a, b)
}

func compute(op syntax.BinAritOperator, a, b int64) (int64, bool) {
	switch op {
	case syntax.Add:
		return a + b, true
	case syntax.Sub:
		return a - b, true
	case syntax.Mul:
		return a * b, true
	case syntax.Quo, syntax.Rem:
		if b == 0 || b == -1 {
			return -a, b == -1 && op == syntax.Quo
		}
		if op == syntax.Quo {
			return a / b, true
		}
		return a % b, true
	case syntax.Pow:
		if b < 0 || b > 64 {
			return 0, false
		}
		n := int64(1)
		for range b {
			n *= a
		}
		return n, true
	case syntax.Shl, syntax.Shr:
		if b < 0 || b > 63 {
			return 0, false
		}
		if op == syntax.Shl {
			return a << b, true
		}
		return a >> b, true
	case syntax.And:
		return a & b, true
	case syntax.Or:
		return a | b, true
	case syntax.Xor:
		return a ^ b, true
	case syntax.Eql:
		return truth(a == b), true
	case syntax.Neq:
		return truth(a != b), true
	case syntax.Lss:
		return truth(a < b), true
	case syntax.Gtr:
		return truth(a > b), true
	case syntax.Leq:
		return truth(a <= b), true
	case syntax.Geq:
		return truth(a >= b), true
	default:
		return 0, false
	}
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
