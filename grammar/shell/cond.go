package shell

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"
)

// testExpr evaluates what stands in [[ ]].
func (m *machine) testExpr(x syntax.TestExpr) Status {
	switch x := x.(type) {
	case *syntax.Word:
		return nonEmpty(m.text(x))
	case *syntax.ParenTest:
		return m.testExpr(x.X)
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			return m.testExpr(x.X).Not()
		}
		if x.Op == syntax.TsParen {
			return m.testExpr(x.X)
		}
		w, ok := x.X.(*syntax.Word)
		if !ok {
			return Maybe
		}
		return m.unaryTest(x.Op.String(), m.text(w))
	case *syntax.BinaryTest:
		switch x.Op {
		case syntax.AndTest, syntax.OrTest:
			return connect(x.Op == syntax.AndTest, m.testExpr(x.X), m.testExpr(x.Y))
		default:
		}
		l, ok1 := x.X.(*syntax.Word)
		r, ok2 := x.Y.(*syntax.Word)
		if !ok1 || !ok2 {
			return Maybe
		}
		left := m.text(l)
		switch x.Op {
		case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
			st := m.matches(left, r)
			if _, known := left.Known(); !known {
				st = m.equal(left, m.text(r))
			} else if pat, ok := m.pattern(r); ok && !pattern.HasMeta(pat, 0) {
				st = m.equal(left, m.text(r))
			}
			if x.Op == syntax.TsNoMatch {
				st = st.Not()
			}
			return st
		case syntax.TsReMatch:
			s, ok1 := left.Known()
			t, ok2 := m.text(r).Known()
			if !ok1 || !ok2 {
				return Maybe
			}
			re, err := regexp.CompilePOSIX(t)
			if err != nil {
				return Maybe
			}
			return statusOf(re.MatchString(s))
		default:
		}
		return m.binaryTest(x.Op.String(), left, m.text(r))
	}
	return Maybe
}

// connect joins two conditions by and, or by or.
func connect(and bool, a, b Status) Status {
	stop := Yes
	if and {
		stop = No
	}
	switch {
	case a == stop || b == stop:
		return stop
	case a == Maybe || b == Maybe:
		return Maybe
	}
	return stop.Not()
}

// testArgs evaluates the words of [ ] and test (test(1)).
func (m *machine) testArgs(args []field) Status {
	t := tester{m: m, args: args}
	for _, a := range args {
		if a.multi {
			t.loose = true
		}
	}
	st := t.or()
	if t.i < len(args) || t.bad {
		// The command complains, and its status is that of a condition that
		// does not hold; an expansion without quotes that is not known may
		// be several words, though.
		if t.loose {
			return Maybe
		}
		return No
	}
	return st
}

type tester struct {
	m     *machine
	args  []field
	i     int
	bad   bool
	loose bool
}

func (t *tester) word(i int) string {
	if i >= len(t.args) {
		return ""
	}
	s, _ := t.args[i].text.Known()
	return s
}

func (t *tester) or() Status {
	st := t.and()
	for t.word(t.i) == "-o" && t.i > 0 {
		t.i++
		st = connect(false, st, t.and())
	}
	return st
}

func (t *tester) and() Status {
	st := t.not()
	for t.word(t.i) == "-a" && t.i > 0 {
		t.i++
		st = connect(true, st, t.not())
	}
	return st
}

func (t *tester) not() Status {
	if t.word(t.i) == "!" && t.i+1 < len(t.args) {
		t.i++
		return t.not().Not()
	}
	return t.primary()
}

func (t *tester) primary() Status {
	left := len(t.args) - t.i
	if left <= 0 {
		t.bad = t.i > 0 // [ ] alone does not hold
		return No
	}
	if left >= 3 && binaryTests[t.word(t.i+1)] {
		a, b := t.args[t.i], t.args[t.i+2]
		op := t.word(t.i + 1)
		t.i += 3
		return t.m.binaryTest(op, a.text, b.text)
	}
	w := t.word(t.i)
	if w == "(" && left >= 3 {
		t.i++
		st := t.or()
		t.bad = t.bad || t.word(t.i) != ")"
		t.i++
		return st
	}
	if left >= 2 && len(w) == 2 && w[0] == '-' && w != "-a" && w != "-o" {
		t.i += 2
		return t.m.unaryTest(w, t.args[t.i-1].text)
	}
	t.i++
	if t.args[t.i-1].multi && nonEmpty(t.args[t.i-1].text) != Yes {
		return Maybe
	}
	return nonEmpty(t.args[t.i-1].text)
}

var binaryTests = map[string]bool{
	"=": true, "==": true, "!=": true, "<": true, ">": true,
	"-eq": true, "-ne": true, "-lt": true, "-le": true, "-gt": true, "-ge": true, "-nt": true, "-ot": true, "-ef": true,
}

func (m *machine) unaryTest(op string, t Text) Status {
	switch op {
	case "-n":
		return nonEmpty(t)
	case "-z":
		return nonEmpty(t).Not()
	case "-x", "-e", "-f":
		if s, ok := t.Known(); ok && m.Installed(path.Base(s)) {
			return Yes
		}
	case "-v":
		if s, ok := t.Known(); ok && m.vars[s] != nil {
			return statusOf(!m.vars[s].unset)
		}
	}
	return Maybe
}

func (m *machine) binaryTest(op string, a, b Text) Status {
	switch op {
	case "=", "==":
		return m.equal(a, b)
	case "!=":
		return m.equal(a, b).Not()
	case "<", ">":
		x, ok1 := a.Known()
		y, ok2 := b.Known()
		if !ok1 || !ok2 {
			return Maybe
		}
		return statusOf(x < y == (op == "<") && x != y)
	case "-eq", "-ne", "-lt", "-le", "-gt", "-ge":
		x, err1, ok1 := integer(a)
		y, err2, ok2 := integer(b)
		if !ok1 || !ok2 {
			return Maybe
		}
		if err1 != nil || err2 != nil {
			return No
		}
		switch op {
		case "-eq":
			return statusOf(x == y)
		case "-ne":
			return statusOf(x != y)
		case "-lt":
			return statusOf(x < y)
		case "-le":
			return statusOf(x <= y)
		case "-gt":
			return statusOf(x > y)
		}
		return statusOf(x >= y)
	}
	return Maybe
}

func integer(t Text) (int64, error, bool) {
	s, ok := t.Known()
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, err, ok
}

// equal reports whether two texts are the same. One that is not known is taken
// for an action, where it is compared with one: see action.go.
func (m *machine) equal(a, b Text) Status {
	x, ok1 := a.Known()
	y, ok2 := b.Known()
	switch {
	case ok1 && ok2:
		return statusOf(x == y)
	case !ok1 && !ok2:
		return Maybe
	case ok1:
		a, y = b, x
	}
	// a is not known, y is: the known beginning of a, as in x$1, must be y's.
	for len(a) > 0 && a[0].Unknown == nil {
		rest, ok := strings.CutPrefix(y, a[0].Text)
		if !ok {
			return No
		}
		a, y = a[1:], rest
	}
	if len(a) == 1 {
		return m.isAction(a, y)
	}
	return Maybe
}
