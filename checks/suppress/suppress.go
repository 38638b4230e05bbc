// Package suppress finds the places in rulesets where somebody says that a finding is
// meant so: comments of the text, and the comments that rules and chains carry with
// them into the kernel.
//
//	# ctlint:ignore CT004 -- helpers are assigned below, by port
//	-A INPUT -m conntrack --ctstate RELATED -j ACCEPT
//
//	tcp dport 22 accept comment "ctlint:ignore=SE005 -- jump host"
//
// A comment on a line of its own speaks of the next line that is not one, and of the
// rule that begins there; one behind a rule speaks of that rule. A line with
// ctlint:ignore-file speaks of the whole file.
package suppress

import (
	"cmp"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/load"
)

// Analyzer has the host's directives as its result, a []*[Directive] in the order of
// their places.
var Analyzer = &analysis.Analyzer{
	Name:             "suppress",
	Doc:              "find the comments that suppress findings",
	Requires:         []*analysis.Analyzer{ruleset.Analyzer},
	ResultType:       reflect.TypeFor[[]*Directive](),
	RunDespiteErrors: true,
	Run:              func(pass *analysis.Pass) (any, error) { return Find(ruleset.Of(pass)), nil },
}

// Of returns the directives of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) []*Directive { return pass.ResultOf[Analyzer].([]*Directive) }

// Directive is a place where findings are suppressed.
type Directive struct {
	// Span is the directive's text: from ctlint:ignore up to the end of the
	// reason.
	ast.Span
	Checks []Name
	// Reason says why; it should not be empty.
	Reason string
	// Comment is the whole comment from its # on, with the end of the line where
	// it stands on one of its own, so that it can be deleted; not valid for the
	// comment of a rule.
	Comment ast.Span

	file string
	kind kind
	// target is where the findings are that it speaks of.
	target ast.Span
	// from and to are its lines, if it is known by lines.
	from, to int
}

// Name is a check as a directive names it.
type Name struct {
	ast.Span
	Text string
}

// kind says how a directive is known to be about a place.
type kind uint8

const (
	lines kind = iota // by the lines
	span              // by the text of a rule
	chain             // by the text of a chain without its rules
	file              // all of the file
)

// Covers reports whether the directive speaks of a place. A place in a rule is told
// so, as the comment of a chain does not speak of its rules.
func (d *Directive) Covers(pos token.Position, at ast.Span, inRule bool) bool {
	switch d.kind {
	case lines:
		return pos.Filename == d.file && pos.Line >= d.from && pos.Line <= d.to
	case file:
		return pos.Filename == d.file
	case chain:
		return !inRule && d.target.From <= at.From && at.From < d.target.To
	case span:
		return d.target.From <= at.From && at.From < d.target.To
	}
	return false
}

// form is that of a directive: the checks, and behind -- the reason.
var form = regexp.MustCompile(`ctlint:ignore(-file)?(?:=|[ \t]+|$)([^\r\n]*)`)

// word is what stands for a check in it.
var word = regexp.MustCompile(`[^\s,]+`)

// read reads a directive from a text that begins at the position base; nil if there
// is none.
func read(text string, base uint32) (d *Directive, wholeFile bool) {
	m := form.FindStringSubmatchIndex(text)
	if m == nil {
		return nil, false
	}
	rest := text[m[4]:m[5]]
	checks, reason, _ := strings.Cut(" "+rest, " --")
	checks = strings.TrimPrefix(checks, " ")
	at := func(from, to int) ast.Span {
		return ast.Span{From: base + uint32(from), To: base + uint32(to)}
	}
	d = &Directive{Reason: strings.TrimSpace(reason)}
	d.Span = at(m[0], m[4]+len(strings.TrimRight(rest, " \t")))
	for _, w := range word.FindAllStringIndex(checks, -1) {
		d.Checks = append(d.Checks, Name{at(m[4]+w[0], m[4]+w[1]), checks[w[0]:w[1]]})
	}
	return d, m[2] >= 0
}

// Find returns the directives of a host.
func Find(h *ruleset.Host) []*Directive {
	f := finder{host: h}
	bases := map[string]*token.File{}
	h.Fset.Iterate(func(tf *token.File) bool {
		bases[tf.Name()] = tf
		return true
	})
	for _, s := range slices.Concat(h.Sources, h.Included) {
		if tf := bases[s.Name]; tf != nil && strings.Contains(s.Text, "ctlint:ignore") {
			f.text(s, tf)
		}
	}
	f.comments()
	slices.SortStableFunc(f.out, func(a, b *Directive) int { return cmp.Compare(a.From, b.From) })
	return f.out
}

type finder struct {
	host *ruleset.Host
	out  []*Directive
}

// bom is what some editors put before a text in UTF-8.
const bom = "\xef\xbb\xbf"

// text finds the directives in the comments of a text.
func (f *finder) text(s *load.Source, tf *token.File) {
	base := uint32(tf.Base())
	start := 0
	number := 0
	text, marked := strings.CutPrefix(s.Text, bom)
	if marked {
		start = len(bom)
	}
	for line := range strings.Lines(text) {
		from := start
		start += len(line)
		number++
		hash, ok := comment(line, s.Dialect)
		if !ok {
			continue
		}
		d, whole := read(strings.TrimRight(line[hash:], "\r\n"), base+uint32(from+hash))
		if d == nil || strings.TrimLeft(line[hash+1:int(d.From-base)-from], " \t") != "" {
			continue // a comment that speaks of directives
		}
		d.file = s.Name
		own := strings.TrimSpace(line[:hash]) == ""
		d.Comment = ast.Span{From: base + uint32(from+hash), To: d.To}
		if own {
			d.Comment = ast.Span{From: base + uint32(from), To: base + uint32(start)}
		} else {
			d.Comment.From -= uint32(len(line[:hash]) - len(strings.TrimRight(line[:hash], " \t")))
		}
		switch {
		case whole:
			d.kind = file
		case own:
			d.from = next(s.Text[start:], number+1, s.Dialect)
			d.to = d.from
		default:
			d.from, d.to = number, number
		}
		f.out = append(f.out, d)
	}
	f.rules(s.Name)
}

// comment returns where the comment of a line begins. In a save file it is the
// whole line (iptables-restore knows no other), elsewhere a # behind a blank.
func comment(line string, d load.Dialect) (int, bool) {
	i := strings.Index(line, "ctlint:ignore")
	if i < 0 {
		return 0, false
	}
	hash := strings.LastIndexByte(line[:i], '#')
	if hash < 0 {
		return 0, false
	}
	before := strings.TrimRight(line[:hash], "#")
	if d == load.Dialect(iptables.Save) {
		return hash, strings.TrimSpace(before) == ""
	}
	return hash, before == "" || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\t") || strings.HasSuffix(before, ";") || strings.HasSuffix(before, "}") || strings.HasSuffix(before, "{")
}

// next returns the number of the next line that is neither blank nor a comment.
func next(text string, number int, d load.Dialect) int {
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); trimmed != "" && trimmed[0] != '#' {
			break
		}
		number++
	}
	return number
}

// rules lets the directives of a file that are known by lines speak of all lines of
// the rules that begin or end on them.
func (f *finder) rules(name string) {
	var open []*Directive
	for _, d := range f.out {
		if d.file == name && d.kind == lines {
			open = append(open, d)
		}
	}
	if len(open) == 0 {
		return
	}
	type piece struct{ from, to int }
	begins, ends := map[int]int{}, map[int]int{} // a line, and the rule's other one
	tf := (*token.File)(nil)
	for p := range f.host.Rules() {
		if !p.Rule.Valid() {
			continue
		}
		if tf == nil || int(p.Rule.From) < tf.Base() || int(p.Rule.From) > tf.Base()+tf.Size() {
			tf = f.host.Fset.File(p.Rule.Pos())
		}
		if tf == nil || tf.Name() != name {
			continue
		}
		at := piece{tf.Line(p.Rule.Pos()), tf.Line(p.Rule.End())}
		begins[at.from] = max(begins[at.from], at.to)
		if was, ok := ends[at.to]; !ok || at.from < was {
			ends[at.to] = at.from
		}
	}
	for _, d := range open {
		if to, ok := begins[d.from]; ok {
			d.to = max(d.to, to)
		}
		if from, ok := ends[d.from]; ok && d.Comment.From > d.lineStart(f.host.Fset) {
			d.from = min(d.from, from)
		}
	}
}

// lineStart returns where the directive's line begins.
func (d *Directive) lineStart(fset *token.FileSet) uint32 {
	tf := fset.File(d.Pos())
	return uint32(tf.LineStart(tf.Line(d.Pos())))
}

// comments finds the directives in the comments that rules and chains carry.
func (f *finder) comments() {
	seen := map[ast.Span]bool{} // one line of a script may be many rules
	for _, t := range f.host.Tables() {
		for _, c := range t.Chains {
			f.carried(c.Comment, ast.Span{}, c.Span, chain, seen)
			for _, r := range c.Rules {
				f.carried(r.Comment, r.CommentSpan, r.Span, span, seen)
			}
		}
	}
}

func (f *finder) carried(comment string, at, target ast.Span, k kind, seen map[ast.Span]bool) {
	if !strings.Contains(comment, "ctlint:ignore") || !target.Valid() || seen[target] {
		return
	}
	seen[target] = true
	if !at.Valid() {
		at = target
	}
	// The comment's text in the source may have quotes and escapes; where it stands
	// there as it is, the places are exact.
	source := f.host.Text(at)
	base, exact := at.From, false
	if i := strings.Index(source, comment); i >= 0 {
		base, exact = at.From+uint32(i), true
	}
	d, _ := read(comment, base)
	if d == nil {
		return
	}
	if !exact {
		d.Span = at
		for i := range d.Checks {
			d.Checks[i].Span = at
		}
	}
	d.kind, d.target = k, target
	f.out = append(f.out, d)
}
