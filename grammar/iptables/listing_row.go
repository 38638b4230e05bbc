package iptables

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// cell is a word of a line, by its place in it.
type cell struct{ from, to int }

func (c cell) valid() bool { return c.to > c.from }

// cells are the columns of a rule's line. Those that the listing does not have,
// or that are empty, are not valid.
type cells struct {
	counters *ast.Counters
	target   cell
	prot     listedValue
	opt      cell
	in, out  listedValue
	src, dst listedValue
	rest     cell // what stands behind the columns
}

// listedValue is what stands in a column, with the ! that may be before it.
type listedValue struct {
	not cell
	cell
}

func cellsOf(line string) []cell {
	var out []cell
	for i := 0; i < len(line); {
		if isSpace(line[i]) {
			i++
			continue
		}
		j := i
		for j < len(line) && !isSpace(line[j]) {
			j++
		}
		out = append(out, cell{i, j})
		i = j
	}
	return out
}

// listedCount reads a counter. From 100000 on it is rounded to thousands,
// millions and so on: 2203K (xtables_print_num).
func listedCount(s string) (uint64, bool) {
	factor := uint64(1)
	if s != "" {
		if i := strings.IndexByte("KMGT", s[len(s)-1]); i >= 0 {
			for range i + 1 {
				factor *= 1000
			}
			s = s[:len(s)-1]
		}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || s[0] == '+' || n > math.MaxUint64/factor {
		return 0, false
	}
	return n * factor, true
}

// isOpt reports whether a word is what the opt column holds: whether the rule
// matches fragments, ! and f or - each.
func isOpt(s string) bool { return s == "--" || s == "-f" || s == "!f" || s == "!-" }

// read finds the columns of a line. It returns an error for one that is no
// rule's.
func (r *row) read(c *columns, line string, base uint32) *grammar.Error {
	words := cellsOf(line)
	fail := func(i int, what string) *grammar.Error {
		if i >= len(words) {
			at := len(line)
			return grammar.Errorf(span(base, max(at-1, 0), at), "the line ends before %s", what).Expected("the whole line of the rule, as iptables -L prints it")
		}
		return grammar.Errorf(span(base, words[i].from, words[i].to), "%q is not %s", line[words[i].from:words[i].to], what).
			Expected("a rule in the columns of the listing; a line that was broken in two must be joined")
	}
	text := func(i int) string {
		if i < len(words) {
			return line[words[i].from:words[i].to]
		}
		return ""
	}
	i := 0
	if c.num {
		if n, err := strconv.ParseUint(text(i), 10, 31); err != nil || n == 0 {
			return fail(i, "the number of a rule")
		}
		i++
	}
	if c.counters {
		packets, ok := listedCount(text(i))
		if !ok {
			return fail(i, "a number of packets")
		}
		bytes, ok := listedCount(text(i + 1))
		if !ok {
			return fail(i+1, "a number of bytes")
		}
		r.counters = &ast.Counters{Packets: packets, Bytes: bytes}
		i += 2
	}

	// Whether there is a target, and in old releases of ip6tables whether the
	// opt column is blank, only the words themselves say: columns grow with
	// what stands in them.
	words = splitRunOn(words, line, i)
	first := i
	target, opt := c.target, c.opt
	switch {
	case c.target && c.opt && isOpt(text(i+2)) && isProto(text(i+1)):
	case c.opt && isOpt(text(i+1)) && isProto(text(i)):
		target = false
	case c.target && isProto(text(i+1)) && !(gap(words, i) >= minBlankTarget && isProto(text(i))):
		opt = false
	case isProto(text(i)):
		target, opt = false, false
	default:
		if c.target {
			i++
		}
		return fail(i, "a protocol")
	}
	if target {
		r.target = words[i]
		i++
	}
	value := func(v *listedValue) {
		v.cell = words[i]
		i++
		if line[v.from] != '!' {
			return
		}
		v.not = cell{v.from, v.from + 1}
		v.from++
		if v.from == v.to && i < len(words) {
			v.cell = words[i]
			i++
		}
	}
	r.rowlike = true
	value(&r.prot)
	if opt {
		r.opt = words[i]
		i++
	}
	for _, col := range []struct {
		has  bool
		v    *listedValue
		what string
		ok   func(string) bool
	}{
		{c.in, &r.in, "its in column", anyText}, {c.out, &r.out, "its out column", anyText},
		{true, &r.src, "a source address", isListedHost}, {true, &r.dst, "a destination address", isListedHost},
	} {
		if !col.has {
			continue
		}
		if i >= len(words) {
			return fail(i, col.what)
		}
		at := i
		value(col.v)
		if !col.v.valid() || !col.ok(line[col.v.from:col.v.to]) {
			r.rowlike = at > first+2
			return fail(at, col.what)
		}
	}
	r.rest = cell{r.dst.to, len(line)}
	return nil
}

// minBlankTarget is how many blanks an empty target column leaves: it is nine
// wide, and a blank stands on its sides.
const minBlankTarget = 10

// gap returns how many blanks stand before a word.
func gap(words []cell, i int) int {
	if i >= len(words) {
		return 0
	}
	if i == 0 {
		return words[0].from
	}
	return words[i].from - words[i-1].to
}

// splitRunOn splits a protocol's name that has run into the opt column behind
// it: udplite-- (releases before 1.8.9).
func splitRunOn(words []cell, line string, first int) []cell {
	for i := first; i < min(first+2, len(words)); i++ {
		w := words[i]
		if w.to-w.from > 2 && isOpt(line[w.to-2:w.to]) && isProto(line[w.from:w.to-2]) {
			out := append(append([]cell{}, words[:i]...), cell{w.from, w.to - 2}, cell{w.to - 2, w.to})
			return append(out, words[i+1:]...)
		}
	}
	return words
}

func isProto(s string) bool {
	_, ok := ext.Proto(strings.TrimPrefix(s, "!"))
	return ok
}

func anyText(s string) bool { return s != "" }

// isListedHost reports whether a word may stand in the source and destination
// columns: an address, a network, or a name.
func isListedHost(s string) bool {
	host, _, _ := strings.Cut(s, "/")
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for i := 0; i < len(host); i++ {
		c := host[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return host != ""
}

// line makes the words of the command line that a row means; opaque are those
// that nothing explains.
func (r *row) line(dst []ext.Word, text string, base uint32, c *ext.Context, chain ext.Word) (words, opaque []ext.Word, jump ext.Word) {
	str := func(w cell) string { return text[w.from:w.to] }
	word := func(w cell, s string) ext.Word { return ext.Word{Span: span(base, w.from, w.to), Text: s} }
	add := func(option string, v listedValue, s string) {
		if v.not.valid() {
			dst = append(dst, word(v.not, "!"))
		}
		dst = append(dst, word(v.cell, option), word(v.cell, s))
	}
	dst = append(dst, word(cell{0, 0}, "-A"), chain)
	for _, v := range []struct {
		listedValue
		option string
	}{{r.src, "-s"}, {r.dst, "-d"}} {
		s := str(v.cell)
		if s == "anywhere" {
			s = "0.0.0.0/0"
			if c.V6() {
				s = "::/0"
			}
			if !v.not.valid() {
				continue
			}
		}
		add(v.option, v.listedValue, s)
	}
	// * is no interface in a listing with -n, any in one without.
	names := str(r.src.cell) == "anywhere" || str(r.dst.cell) == "anywhere"
	numbers := isAll(str(r.src.cell)) || isAll(str(r.dst.cell))
	for _, v := range []struct {
		listedValue
		option string
	}{{r.in, "-i"}, {r.out, "-o"}} {
		s := str(v.cell)
		if !v.valid() || s == "*" && !names && !v.not.valid() || s == "any" && !numbers && !v.not.valid() {
			continue
		}
		add(v.option, v.listedValue, s)
	}
	if n, _ := ext.Proto(str(r.prot.cell)); n != 0 || r.prot.not.valid() {
		add("-p", r.prot, str(r.prot.cell))
		c.Proto, c.ProtoNot = n, r.prot.not.valid()
	}
	if r.opt.valid() && str(r.opt)[1] == 'f' {
		if str(r.opt)[0] == '!' {
			dst = append(dst, word(cell{r.opt.from, r.opt.from + 1}, "!"))
		}
		dst = append(dst, word(r.opt, "-f"))
	}
	rest := r.rest
	option := "-j"
	trimmed := strings.TrimLeft(str(rest), " \t")
	if strings.HasPrefix(trimmed, "[goto]") {
		option = "-g"
		rest.from = rest.to - len(trimmed) + len("[goto]")
	}
	var target *ext.Ext
	if r.target.valid() {
		jump = word(r.target, str(r.target))
		target = ext.Find(jump.Text, true, c.Family)
	}
	matches, targets, opaque := ext.Explain(c, strings.TrimRight(str(rest), " \t\r"), base+uint32(rest.from), target)
	dst = append(dst, matches...)
	if jump.Valid() {
		dst = append(dst, word(r.target, option), jump)
		dst = append(dst, targets...)
	}
	return dst, opaque, jump
}

func isAll(s string) bool { return s == "0.0.0.0/0" || s == "::/0" }
