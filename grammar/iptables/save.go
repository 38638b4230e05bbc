package iptables

import (
	"io"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// saveFile is the grammar of a save file (iptables-save(8)). All lines between a
// table's head and its COMMIT are one token, so that a hundred thousand rules
// cost participle no more than one. It takes every sequence of lines; what is
// out of place is reported when the tree is walked.
type saveFile struct {
	Parts []savePart `parser:"@@*"`
}

type savePart struct {
	Table  *saveTable   `parser:"( @@"`
	Stray  *lineRun     `parser:"| @@"`
	Commit *lexer.Token `parser:"| @Commit )"`
}

type saveTable struct {
	Head   lexer.Token  `parser:"@Table"`
	Lines  *lineRun     `parser:"@@?"`
	Commit *lexer.Token `parser:"@Commit?"`
}

// lineRun is a run of lines that are neither a table's head nor its COMMIT:
// chains, rules and comments.
type lineRun struct{ lines []lineSpan }

// lineSpan is a line by its offsets in the file, blanks around it left out.
type lineSpan struct{ from, to uint32 }

// Parse splits the token into its lines. It is participle's hook for a node that
// reads its tokens itself.
func (r *lineRun) Parse(lex *lexer.PeekingLexer) error {
	t := lex.Peek()
	if t.Type != tokLines {
		return participle.NextMatch
	}
	lex.Next()
	r.lines = make([]lineSpan, 0, strings.Count(t.Value, "\n")+1)
	for at := 0; at < len(t.Value); {
		from, to, next := nextLine(t.Value, at)
		if from < to {
			r.lines = append(r.lines, lineSpan{uint32(t.Pos.Offset + from), uint32(t.Pos.Offset + to)})
		}
		at = next
	}
	return nil
}

// nextLine returns the line that begins at byte at, without the blanks around
// it, and where the next one begins.
func nextLine(s string, at int) (from, to, next int) {
	from, to, next = at, len(s), len(s)
	if n := strings.IndexByte(s[at:], '\n'); n >= 0 {
		to, next = at+n, at+n+1
	}
	for to > from && isSpace(s[to-1]) {
		to--
	}
	for from < to && isSpace(s[from]) {
		from++
	}
	return from, to, next
}

// eachLine calls yield with each line of a text that is not blank.
func eachLine(text string) iter.Seq[lineSpan] {
	return func(yield func(lineSpan) bool) {
		for at := 0; at < len(text); {
			from, to, next := nextLine(text, at)
			if from < to && !yield(lineSpan{uint32(from), uint32(to)}) {
				return
			}
			at = next
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

const (
	tokLines lexer.TokenType = -iota - 2
	tokTable
	tokCommit
)

var saveGrammar = participle.MustBuild[saveFile](participle.Lexer(saveLexer{}))

// saveLexer makes a token of each table's head, of each COMMIT and of the lines
// between them.
type saveLexer struct{}

func (saveLexer) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Lines": tokLines, "Table": tokTable, "Commit": tokCommit}
}

func (d saveLexer) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(b))
}

func (saveLexer) LexString(_, s string) (lexer.Lexer, error) { return &saveLex{text: s}, nil }

type saveLex struct {
	text string
	at   int
}

func (l *saveLex) Next() (lexer.Token, error) {
	start := l.at
	for l.at < len(l.text) {
		from, to, next := nextLine(l.text, l.at)
		typ := tokLines
		switch line := l.text[from:to]; {
		case line == "COMMIT":
			typ = tokCommit
		case line != "" && line[0] == '*':
			typ = tokTable
		}
		if typ != tokLines {
			if l.at > start {
				break // what stands above it is a token of its own
			}
			l.at = next
			return lexer.Token{Type: typ, Value: l.text[from:to], Pos: lexer.Position{Offset: from}}, nil
		}
		l.at = next
	}
	if l.at == start {
		return lexer.EOFToken(lexer.Position{Offset: len(l.text)}), nil
	}
	return lexer.Token{Type: tokLines, Value: l.text[start:l.at], Pos: lexer.Position{Offset: start}}, nil
}

// parseSave reads a save file.
func (f *File) parseSave() {
	tree, err := saveGrammar.ParseString(f.Name, f.Text)
	if err != nil {
		// The grammar takes every sequence of its tokens, but participle no
		// more than participle.MaxIterations of them.
		f.fail(grammar.Errorf(f.span(0, 0), "the file has too many tables and COMMITs, and is not read to its end").Expected("fewer than %d", participle.MaxIterations))
	}
	b := newBuilder(&f.Errors)
	for _, part := range tree.Parts {
		switch {
		case part.Table != nil:
			f.saveTable(b, part.Table)
		case part.Stray != nil:
			f.stray(part.Stray.lines)
		default:
			at := uint32(part.Commit.Pos.Offset)
			f.fail(grammar.Errorf(f.span(at, at+6), "COMMIT without a table").Expected("*table above it"))
		}
	}
	f.Ruleset = b.ruleset
	f.Ruleset.Span = f.span(0, uint32(len(f.Text)))
}

// stray reports lines outside of any table; comments may stand there.
func (f *File) stray(lines []lineSpan) {
	for _, ls := range lines {
		if f.Text[ls.from] != '#' {
			f.fail(grammar.Errorf(f.span(ls.from, ls.to), "a line outside of a table").Expected("*table, such as *filter, above it"))
		}
	}
}

func (f *File) saveTable(b *builder, t *saveTable) {
	head := f.span(uint32(t.Head.Pos.Offset), uint32(t.Head.Pos.Offset+len(t.Head.Value)))
	name := tableName(t.Head.Value)
	if _, ok := builtinTables[name]; !ok {
		e := grammar.Errorf(ast.Span{From: head.From + 1, To: head.To}, "unknown table %q", name).Expected("filter, nat, mangle, raw or security")
		e.Hint = grammar.Near(name, []string{"filter", "nat", "mangle", "raw", "security"})
		f.fail(e)
	}
	tb := f.emptied(b, name, head)
	tb.NameSpan = ast.Span{From: head.From + 1, To: head.To}
	if t.Lines == nil {
		t.Lines = &lineRun{}
	}
	rules := make([]lineSpan, 0, len(t.Lines.lines))
	for _, ls := range t.Lines.lines {
		switch f.Text[ls.from] {
		case '#':
		case ':':
			f.saveChain(tb, ls)
		default:
			rules = append(rules, ls)
		}
	}
	f.saveRules(b, tb, rules)
	if len(t.Lines.lines) > 0 {
		last := t.Lines.lines[len(t.Lines.lines)-1]
		tb.Span = tb.Span.Join(f.span(last.from, last.to))
	}
	if t.Commit == nil {
		f.fail(grammar.Errorf(head, "table %s has no COMMIT, so iptables-restore loads nothing of it", name).Expected("a line COMMIT at its end"))
		return
	}
	at := uint32(t.Commit.Pos.Offset)
	tb.Span = tb.Span.Join(f.span(at, at+6))
}

// emptied returns a table for what stands behind a head. iptables-restore flushes
// a table at each of its heads (without --noflush), so what an earlier one has
// loaded is gone. Where the policy of a chain is not said again, iptables-legacy
// keeps it and iptables-nft does not; here it is not known.
func (f *File) emptied(b *builder, name string, head ast.Span) *tableBuilder {
	k := tableKey{f.Family, name}
	old := b.tables[k]
	delete(b.tables, k)
	tb := b.table(f.Family, name, head)
	at := int(head.From - f.base)
	b.line += strings.Count(f.Text[b.counted:at], "\n")
	b.counted = at
	tb.line = 1 + b.line
	if old == nil {
		return tb
	}
	b.ruleset.Tables = slices.DeleteFunc(b.ruleset.Tables, func(t *ast.Table) bool { return t == old.Table })
	rules := 0
	for _, c := range old.Chains {
		rules += len(c.Rules)
	}
	if rules > 0 {
		what := "the rule"
		if rules > 1 {
			what = "the " + strconv.Itoa(rules) + " rules"
		}
		e := grammar.Errorf(head, "a second *%s: iptables-restore empties the table at each, so %s of the one in line %d are lost, unless it is run with --noflush", name, what, old.line).
			Expected("one *%s with all rules of the table", name)
		if rules == 1 {
			e.Msg = strings.Replace(e.Msg, " are lost", " is lost", 1)
		}
		e.Kind = grammar.Lost
		f.fail(e)
	}
	return tb
}

// tableName returns the name in a table's head.
func tableName(head string) string { return strings.TrimSpace(head[1:]) }

// saveChain reads a chain's line: :NAME POLICY [packets:bytes].
func (f *File) saveChain(tb *tableBuilder, ls lineSpan) {
	line := f.Text[ls.from:ls.to]
	span := func(i, j int) ast.Span { return f.span(ls.from+uint32(i), ls.from+uint32(j)) }
	field := func(at int) (string, int) {
		for at < len(line) && isSpace(line[at]) {
			at++
		}
		end := at
		for end < len(line) && !isSpace(line[end]) {
			end++
		}
		return line[at:end], at
	}
	name, at := field(1)
	word := ext.Word{Span: span(at, at+len(name)), Text: name}
	policy, pat := field(at + len(name))
	counters, cat := field(pat + len(policy))
	if name == "" || policy == "" {
		f.fail(grammar.Errorf(f.span(ls.from, ls.to), "the chain's line is not whole").Expected(":NAME POLICY [packets:bytes]"))
		if name == "" {
			return
		}
	}
	if len(name) > maxChainName {
		f.fail(grammar.Errorf(word.Span, "the chain name %q is %d bytes long", name, len(name)).Expected("at most %d", maxChainName))
	}
	c := tb.chains[name]
	if c == nil {
		c = tb.declare(word, f.span(ls.from, ls.to))
	}
	c.Implicit = false
	c.PolicySpan = span(pat, pat+len(policy))
	switch {
	case policy == "ACCEPT":
		c.Policy = ast.PolicyAccept
	case policy == "DROP":
		c.Policy = ast.PolicyDrop
	case policy == "-" || policy == "":
	case f.origin != nil && len(f.origin.Unknown(int(ls.from)+pat, int(ls.from)+pat+len(policy))) > 0:
	default:
		e := grammar.Errorf(c.PolicySpan, "%q is no policy", policy).Expected("ACCEPT or DROP, or - for a chain of one's own")
		e.Hint = grammar.Near(policy, []string{"ACCEPT", "DROP"})
		f.fail(e)
	}
	if c.Policy != ast.PolicyNone && !c.Base() {
		f.fail(grammar.Errorf(c.PolicySpan, "chain %s has a policy, which only a built-in chain of the table can have", name).Expected("-"))
		c.Policy = ast.PolicyNone
	}
	if counters != "" {
		n, ok := parseCounters(counters)
		if !ok {
			f.fail(grammar.Errorf(span(cat, cat+len(counters)), "%q are no counters", counters).Expected("[packets:bytes]"))
			return
		}
		c.Counters = &n
	}
}

// parseCounters reads [packets:bytes].
func parseCounters(s string) (ast.Counters, bool) {
	s, ok1 := strings.CutPrefix(s, "[")
	s, ok2 := strings.CutSuffix(s, "]")
	pk, by, ok3 := strings.Cut(s, ":")
	packets, err1 := strconv.ParseUint(pk, 10, 64)
	bytes, err2 := strconv.ParseUint(by, 10, 64)
	return ast.Counters{Packets: packets, Bytes: bytes}, ok1 && ok2 && ok3 && err1 == nil && err2 == nil
}

// batch is how many lines a goroutine reads at a time.
const batch = 2048

// saveRules reads the rule lines of a table, on all processors, and puts the
// rules into their chains in order. Where one of them is another command than
// -A, their order matters, and they are carried out one after the other.
func (f *File) saveRules(b *builder, tb *tableBuilder, lines []lineSpan) {
	if slices.ContainsFunc(lines, func(ls lineSpan) bool { return !isAppend(f.Text[ls.from:ls.to]) }) {
		f.saveCommands(b, tb, lines)
		return
	}
	isChain := func(_, name string) bool { return tb.chains[name] != nil }
	f.sections = append(f.sections, section{tb.Name, isChain, lines})
	type result struct {
		runs []run
		errs []*grammar.Error
	}
	n := (len(lines) + batch - 1) / batch
	results := make([]result, n)
	var wg sync.WaitGroup
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			r := f.newReader(tb.Name, isChain)
			for i := range next {
				r.p.errs = nil
				r.runs = nil
				for _, ls := range lines[i*batch : min(len(lines), (i+1)*batch)] {
					r.read(ls)
				}
				results[i] = result{r.runs, r.p.errs}
			}
		})
	}
	wg.Wait()
	for i := range results {
		f.Errors = append(f.Errors, results[i].errs...)
		for _, run := range results[i].runs {
			c := tb.chain(run.chain)
			c.Rules = append(c.Rules, run.rules...)
			b.rules += len(run.rules)
		}
	}
}

// run is a run of rules that go to one chain.
type run struct {
	chain ext.Word
	rules []*ast.Rule
}

// reader reads rule lines.
type reader struct {
	f     *File
	p     parser
	low   ext.Lowering
	words []ext.Word
	runs  []run
}

func (f *File) newReader(table string, isChain func(table, name string) bool) *reader {
	return &reader{f: f, p: parser{family: f.Family, table: table, isChain: isChain, restore: true}}
}

// maxLine is the longest line that iptables-restore reads as one.
const maxLine = 10238

// parseLine reads a line of a save file; nil if it has not even the shape of a
// rule. The error is then in r.p.errs.
func (r *reader) parseLine(ls lineSpan) *Line {
	text := r.f.Text[ls.from:ls.to]
	at := ls.from
	if len(text) > maxLine && r.p.restore {
		r.p.errs = append(r.p.errs, grammar.Errorf(r.f.span(at+maxLine, ls.to), "the line is %d bytes long", len(text)).Expected("at most %d, as iptables-restore cuts it there", maxLine))
		return nil
	}
	var counters *ast.Counters
	if text[0] == '[' {
		head, _ := ruleCounters(text)
		n, ok := parseCounters(head)
		if !ok {
			r.p.errs = append(r.p.errs, grammar.Errorf(r.f.span(at, at+uint32(len(head))), "%q are no counters", head).Expected("[packets:bytes]"))
		} else {
			counters = &n
		}
		text, at = text[len(head):], at+uint32(len(head))
	}
	words, err := r.f.words(r.words[:0], text, at)
	r.words = words
	if err != nil {
		r.p.errs = append(r.p.errs, err)
		return nil
	}
	line := r.p.parse(words)
	line.Span = r.f.span(ls.from, ls.to)
	if counters != nil {
		line.Counters = counters
	}
	return line
}

// words splits a rule's line, which begins at offset at, into words.
func (f *File) words(dst []ext.Word, text string, at uint32) ([]ext.Word, *grammar.Error) {
	base := f.base + at
	words, ok := splitWords(dst, text, base)
	var err *grammar.Error
	if !ok {
		words, err = parseReference(words[:0], text, base)
	}
	if f.origin != nil {
		for i := range words {
			w := &words[i]
			from, to := int(w.From-f.base), int(w.To-f.base)
			w.Span, w.Opaque = f.origin.Span(from, to), len(f.origin.Unknown(from, to)) > 0
		}
		if err != nil {
			err.Span = f.origin.Span(int(err.From-f.base), int(err.To-f.base))
		}
	}
	return words, err
}

func (r *reader) read(ls lineSpan) {
	line := r.parseLine(ls)
	if line == nil || line.Ignored || line.Verb != verbAppend {
		return
	}
	if len(r.runs) == 0 || r.runs[len(r.runs)-1].chain.Text != line.Chain.Text {
		r.runs = append(r.runs, run{chain: line.Chain})
	}
	to := &r.runs[len(r.runs)-1]
	lowerLine(&r.low, r.p.ctx, line, func(rule *ast.Rule) { to.rules = append(to.rules, rule) })
}

// isAppend reports whether a line begins with -A, but for its counters.
func isAppend(line string) bool {
	if line[0] == '[' {
		_, rest, _ := strings.Cut(line, "]")
		line = strings.TrimLeft(rest, " \t")
	}
	return strings.HasPrefix(line, "-A")
}

// saveCommands carries the lines of a table out in order, as iptables-restore
// does: any command may stand there.
func (f *File) saveCommands(b *builder, tb *tableBuilder, lines []lineSpan) {
	x := newExecutor(b)
	x.fresh(tableKey{f.Family, tb.Name})
	isChain := func(_, name string) bool { return tb.chains[name] != nil }
	f.sections = append(f.sections, section{tb.Name, isChain, lines})
	r := f.newReader(tb.Name, isChain)
	for _, ls := range lines {
		if line := r.parseLine(ls); line != nil {
			x.apply(r.p.ctx, line, certainly)
		}
	}
	f.Errors = append(f.Errors, r.p.errs...)
}
