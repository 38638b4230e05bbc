package nft

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ctlint/ctlint/grammar"
)

// Format returns the script with another layout: its words, their order and its
// comments stay as they are. Blocks are indented by tabs, each statement has a
// line, and of several blank lines one is left. What nft list ruleset prints
// stays as it is. It returns nil if the script has errors.
//
// A line that ends inside of braces, or in a backslash, ends there in the result
// too; so long lists are as long or as wrapped as whoever wrote them wanted. A
// block behind a verb (add chain ... { ... }) that is written on one line stays
// on one.
func (f *File) Format() []byte {
	for _, e := range f.Errors {
		if e.Kind == grammar.Syntax {
			return nil
		}
	}
	out := formatted(f.text, f.base)
	// A list that a backslash wraps has plain line ends now: only then can be seen
	// how its lines are indented.
	for range 2 {
		if !strings.Contains(f.text, "\\\n") {
			break
		}
		out = formatted(string(out), f.base)
	}
	return out
}

// formatted returns a text without errors in its layout.
func formatted(text string, base uint32) []byte {
	l := newLex(text, base, frameScript)
	l.run()
	p := &printer{cutter: cutter{text: text, base: base}, toks: l.toks, out: make([]byte, 0, len(text))}
	p.script()
	return p.out
}

// printer writes the tokens of a script in their layout.
type printer struct {
	cutter
	toks []tok
	at   int // the next token
	out  []byte
	// end is where what has been written ends in the text.
	end int
	// frames are the blocks that are open; line says which of them are
	// written on one line.
	frames []printedBlock
	// indent is what the current line begins with.
	indent string
	behind []behind
	// fresh says that nothing but a comment behind its { stands in the
	// innermost block.
	fresh bool
}

type printedBlock struct {
	oneLine bool
	head    string // the first word of the block's head
}

func (p *printer) depth() int { return len(p.frames) }

// script writes all tokens.
func (p *printer) script() {
	for p.at < len(p.toks) {
		switch t := &p.toks[p.at]; t.Type {
		case lxSep:
			p.at++
		case lxClose:
			p.close(t)
		default:
			p.statement()
		}
	}
	p.gap(len(p.text), true)
	p.endLine()
	p.alignComments()
}

// behind is a comment behind other text on its line.
type behind struct {
	out    int // where it begins in what has been written
	column int // that it stood in
}

// addBehind notes that the comment at byte at of the text is written next.
func (p *printer) addBehind(at int) {
	line := strings.LastIndexByte(p.text[:at], '\n') + 1
	p.behind = append(p.behind, behind{len(p.out), columns(p.text[line:at])})
}

// alignComments brings the comments behind lines into one column again that stood
// in one. A blank line, or a comment in another column, ends a group of them.
func (p *printer) alignComments() {
	var out []byte
	done := 0
	for n := 0; n < len(p.behind); {
		end, width := n, 0
		for ; end < len(p.behind) && p.behind[end].column == p.behind[n].column; end++ {
			at := p.behind[end].out
			if end > n && bytes.Contains(p.out[p.behind[end-1].out:at], []byte("\n\n")) {
				break
			}
			line := bytes.LastIndexByte(p.out[:at], '\n') + 1
			width = max(width, columns(string(p.out[line:at])))
		}
		for ; n < end; n++ {
			at := p.behind[n].out
			line := bytes.LastIndexByte(p.out[:at], '\n') + 1
			out = append(out, p.out[done:at]...)
			out = append(out, strings.Repeat(" ", width-columns(string(p.out[line:at])))...)
			done = at
		}
	}
	if out != nil {
		p.out = append(out, p.out[done:]...)
	}
}

// endLine ends the line, if something stands in it.
func (p *printer) endLine() {
	if n := len(p.out); n > 0 && p.out[n-1] != '\n' {
		p.out = append(p.out, '\n')
	}
}

// startLine begins a line of the block at hand.
func (p *printer) startLine() {
	p.endLine()
	p.indent = tabs(p.depth())
	p.out = append(p.out, p.indent...)
}

func tabs(n int) string { return strings.Repeat("\t", n) }

// gap writes what stands between two statements: comments, and blank lines. The
// text up to byte to has then been passed. It leaves out a blank line at the end
// if last says that a block ends there.
func (p *printer) gap(to int, last bool) {
	lines := 0
	for at := p.end; at < to; {
		switch p.text[at] {
		case '\n':
			lines++
			at++
		case '#':
			end := min(lineEnd(p.text, at), to)
			if lines == 0 && len(p.out) > 0 && p.out[len(p.out)-1] != '\n' {
				p.out = append(p.out, ' ')
				p.addBehind(at)
			} else {
				p.blankLine(lines)
				p.startLine()
				p.fresh = false
			}
			p.out = append(p.out, strings.TrimRight(p.text[at:end], " \t\r")...)
			p.endLine()
			lines, at = 0, end
		default:
			at++
		}
	}
	if !last {
		p.blankLine(lines)
	}
	p.end = to
}

// blankLine writes a blank line if there is one among the lines that have ended,
// unless a block or the file begins here.
func (p *printer) blankLine(lines int) {
	if lines > 1 && !p.fresh && len(p.out) > 0 {
		p.endLine()
		p.out = append(p.out, '\n')
	}
}

// oneLine reports whether the innermost block is written on one line.
func (p *printer) oneLine() bool { return len(p.frames) > 0 && p.frames[len(p.frames)-1].oneLine }

// close writes the } of a block.
func (p *printer) close(t *tok) {
	b := p.frames[len(p.frames)-1]
	p.gap(t.Pos.Offset, true)
	p.frames, p.fresh = p.frames[:len(p.frames)-1], false
	if b.oneLine {
		p.out = append(p.out, " }"...)
	} else {
		p.startLine()
		p.out = append(p.out, '}')
	}
	p.end = t.Pos.Offset + len(t.Value)
	p.at++
}

// statement writes the tokens up to the end of a statement, or up to the { of a
// block.
func (p *printer) statement() {
	first := &p.toks[p.at]
	switch first.Type {
	case lxRules, lxAdds:
		p.at++
		p.statements(first.Pos.Offset, first.Pos.Offset+len(first.Value))
		return
	}
	p.begin(first.Pos.Offset)
	if n := p.defines(); n > 0 {
		return
	}
	for p.at < len(p.toks) {
		t := &p.toks[p.at]
		if t.Type == lxSep || t.Type == lxClose {
			break
		}
		if t.Type == lxOpen {
			p.open(first, t)
			return
		}
		p.token(t, first)
		p.at++
	}
	p.finish(first)
}

// begin goes to where a statement begins, at byte at of the text.
func (p *printer) begin(at int) {
	if p.oneLine() {
		p.out = append(p.out, ' ')
		p.end = at
		return
	}
	p.gap(at, false)
	p.startLine()
	p.fresh = false
}

// finish writes what stands behind a statement. The type of a base chain and its
// policy stand on one line, as nft lists them.
func (p *printer) finish(first *tok) {
	if p.oneLine() {
		p.out = append(p.out, ';')
		return
	}
	inChain := len(p.frames) > 0 && p.frames[len(p.frames)-1].head == "chain"
	if !inChain || first.Value != "type" && first.Value != "policy" {
		return
	}
	p.out = append(p.out, ';')
	if first.Value == "policy" {
		return
	}
	next := p.at
	for next < len(p.toks) && p.toks[next].Type == lxSep {
		next++
	}
	if next >= len(p.toks) || p.toks[next].Value != "policy" {
		return
	}
	between := p.text[p.end:p.toks[next].Pos.Offset]
	if strings.ContainsRune(between, '#') || strings.Count(between, "\n") > 1 {
		return
	}
	policy := &p.toks[next]
	p.out = append(p.out, ' ')
	p.at, p.end = next, policy.Pos.Offset
	for p.at < len(p.toks) && p.toks[p.at].Type != lxSep && p.toks[p.at].Type != lxClose {
		p.token(&p.toks[p.at], policy)
		p.at++
	}
	p.out = append(p.out, ';')
}

// open writes the { of a block.
func (p *printer) open(first, t *tok) {
	p.out = append(p.out, " {"...)
	p.end = t.Pos.Offset + 1
	head := first.Value
	verb := head == "add" || head == "create"
	if verb {
		head = p.wordAt(p.blanks(first.Pos.Offset + len(first.Value)))
	}
	one := p.oneLine()
	if verb {
		one = p.fitsLine(p.at)
	}
	p.frames = append(p.frames, printedBlock{oneLine: one, head: head})
	p.fresh = true
	p.at++
}

// fitsLine reports whether the block whose { is token i is written on one line,
// without a block in it.
func (p *printer) fitsLine(i int) bool {
	open := p.toks[i].Pos.Offset
	for i++; i < len(p.toks); i++ {
		switch p.toks[i].Type {
		case lxOpen:
			return false
		case lxClose:
			inner := p.text[open:p.toks[i].Pos.Offset]
			return !strings.ContainsAny(inner, "\n#")
		}
	}
	return false
}

// token writes a token of a statement that the lexer has taken apart; first is
// the statement's first.
func (p *printer) token(t, first *tok) {
	from := t.Pos.Offset
	to := from + len(t.Value)
	p.joint(t, first)
	switch t.Type {
	case lxElems, lxBraced:
		f := flow{printer: p, at: from - 1, to: to + 1, names: t.Type == lxBraced}
		f.run()
		to++
	case lxExpr, lxStmt:
		p.flow(from, to, first.Value == "typeof")
	case lxWord:
		if isSum(p.toks, p.at) {
			p.out = append(p.out, "- "...)
			from++
		}
		p.out = append(p.out, p.text[from:to]...)
	default:
		p.out = append(p.out, p.text[from:to]...)
	}
	p.end = to
}

// isSum reports whether token i is a number that is taken away from a priority's
// name, with the - right in front of it.
func isSum(toks []tok, i int) bool {
	w := toks[i].Value
	return i > 1 && len(w) > 1 && w[0] == '-' && isNumber(w[1:]) && toks[i-2].Value == "priority" && toks[i-1].Type == lxWord
}

// joint writes what stands between two tokens of a statement.
func (p *printer) joint(t, first *tok) {
	from := t.Pos.Offset
	if t.Type == lxElems || t.Type == lxBraced {
		from--
	}
	if t == first {
		return
	}
	if strings.Contains(p.text[p.end:from], "\n") {
		p.continueLine()
		return
	}
	comma := t.Value == "," && t.Type == lxPunct || p.text[p.end-1] == ','
	if !comma {
		p.out = append(p.out, ' ')
	}
}

// continueLine ends the line in a backslash.
func (p *printer) continueLine() {
	p.out = bytes.TrimRight(p.out, " ")
	p.out = append(p.out, " \\\n"...)
	p.indent = tabs(p.depth() + 1)
	p.out = append(p.out, p.indent...)
}

// defines writes a group of lines that define variables, one right below the
// other. If their = stand in one column they do so in the result, too. It
// returns how many lines it has written.
func (p *printer) defines() int {
	if v := p.toks[p.at].Value; v != "define" && v != "redefine" || p.oneLine() {
		return 0
	}
	var starts []int // the tokens that begin the lines
	column, aligned, width := -1, true, 0
	for at := p.at; at < len(p.toks); {
		t := &p.toks[at]
		if t.Value != "define" && t.Value != "redefine" || at+2 >= len(p.toks) || p.toks[at+2].Value != "=" {
			break
		}
		is := p.toks[at+2].Pos.Offset
		if c := columns(p.text[strings.LastIndexByte(p.text[:is], '\n')+1 : is]); column < 0 {
			column = c
		} else if c != column {
			aligned = false
		}
		head := len(t.Value) + 1 + len(p.toks[at+1].Value)
		width = max(width, head)
		starts = append(starts, at)
		for at < len(p.toks) && p.toks[at].Type != lxSep && p.toks[at].Type != lxClose {
			at++
		}
		if at >= len(p.toks) || p.toks[at].Type == lxClose || !p.nextLine(&p.toks[at]) {
			break
		}
		at++
	}
	if len(starts) < 2 || !aligned {
		return 0
	}
	for n, start := range starts {
		if n > 0 {
			p.begin(p.toks[start].Pos.Offset)
		}
		for p.at = start; p.at < len(p.toks) && p.toks[p.at].Type != lxSep && p.toks[p.at].Type != lxClose; p.at++ {
			if p.at == start+2 {
				head := len(p.toks[start].Value) + 1 + len(p.toks[start+1].Value)
				p.out = append(p.out, strings.Repeat(" ", width-head)...)
			}
			p.token(&p.toks[p.at], &p.toks[start])
		}
		p.finish(&p.toks[start])
	}
	return len(starts)
}

// nextLine reports whether a separator leads to the next line, and there are no
// comments of their own lines, and no blank lines, in it.
func (p *printer) nextLine(sep *tok) bool {
	return strings.Count(sep.Value, "\n") == 1
}

// columns returns how wide text is.
func columns(s string) (n int) {
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		if r == '\t' {
			n += 8 - n%8
		} else {
			n++
		}
	}
	return n
}

// statements writes the statements of a chain, or commands, that the text from
// byte from to byte to holds.
func (p *printer) statements(from, to int) {
	whole := p.text
	p.text = whole[:to]
	defer func() { p.text = whole }()
	for at := from; at < to; {
		switch marks[p.text[at]] {
		case markNewline, markSemicolon, markBlank:
			at++
			continue
		case markComment:
			at = lineEnd(p.text, at)
			continue
		case markBackslash:
			if next := p.blanks(at); next > at {
				at = next
				continue
			}
		}
		end, next, _ := p.cutter.statement(at)
		p.begin(at)
		p.flow(at, end, false)
		p.end = end
		if p.oneLine() {
			p.out = append(p.out, ';')
		}
		at = next
	}
}

// list is an open brace of a statement.
type list struct {
	outer  string // the indentation of its line
	indent string // that of its elements
}

// flow writes the text of a statement from byte from to byte to. A colon with
// blanks around it is that of a map in braces, and everywhere if colons says so.
func (p *printer) flow(from, to int, colons bool) {
	f := flow{printer: p, colons: colons, at: from, to: to}
	f.run()
}

// flow is a statement that is being written.
type flow struct {
	*printer
	colons bool
	names  bool // a list of names stands here: all on one line, or continued
	at, to int
	lists  []list
	last   byte // the last byte of what was written before
	blank  bool // blanks have been passed since
	lines  int  // newlines have been passed since
	ended  bool // a comment ends the line
	colon  int  // where a colon without blanks stands between a key and a value
	passed int  // up to where there is none
	raw    int  // how many commas are still to come that belong to @th,0,16
	tight  bool // the last comma did
}

func (f *flow) run() {
	for f.at < f.to {
		c := f.text[f.at]
		switch marks[c] {
		case markBlank:
			f.blank = true
			f.at++
		case markNewline:
			f.lines++
			f.at++
		case markComment:
			f.comment()
		case markOpen:
			f.open()
		case markClose:
			f.close()
		case markQuote:
			end, _ := f.quote(f.at)
			f.word(min(end, f.to))
		case markBackslash:
			if n, joined := f.continued(f.at); joined {
				f.at += n
				switch {
				case len(f.lists) > 0 && !f.names && (f.last == ',' || f.last == '{'):
					f.lines++ // no backslash is needed here
				case f.last != 0 && len(f.lists) == 0:
					f.continueLine()
					f.last, f.blank = 0, false
				}
				continue
			}
			f.word(f.wordEnd())
		default:
			if c == ',' {
				f.comma()
				continue
			}
			f.word(f.wordEnd())
		}
	}
}

// wordEnd returns the end of the word that begins at f.at.
func (f *flow) wordEnd() int {
	at := f.at
	if f.mapColon(at) {
		return at + 1
	}
	for at++; at < f.to; at++ {
		switch marks[f.text[at]] {
		case markNone:
			continue
		case markPunct:
			if f.text[at] != ',' && !f.mapColon(at) && !f.splits(at) {
				continue
			}
		case markBackslash:
			if _, joined := f.continued(at); !joined {
				continue
			}
		}
		break
	}
	return at
}

// mapColon reports whether the byte at at is the colon between a key and a value:
// it has blanks around it, or in front, or behind, and is none of an address.
func (f *flow) mapColon(at int) bool {
	if f.text[at] != ':' || len(f.lists) == 0 && !f.colons {
		return false
	}
	if at > 0 && at == f.colon {
		return true
	}
	space := func(i int) bool {
		if i < 0 || i >= len(f.text) {
			return true
		}
		switch marks[f.text[i]] {
		case markBlank, markNewline, markQuote, markOpen, markClose, markBackslash, markComment:
			return true
		}
		return false
	}
	if at > 0 && f.text[at-1] == ':' || at+1 < len(f.text) && f.text[at+1] == ':' {
		return false
	}
	return space(at-1) || space(at+1)
}

// splits reports whether the colon at at, within what has no blanks, is that
// between a key and a value, and remembers it: 22:accept is three tokens, and
// aa:bb:cc:dd:ee:ff is one.
func (f *flow) splits(at int) bool {
	if f.text[at] != ':' || len(f.lists) == 0 && !f.colons {
		return false
	}
	s := scanner{text: f.text[:f.to], pos: max(f.at, f.passed)}
	for s.pos <= at {
		if t := s.next(); t.from == at && t.op == opColon {
			f.colon = at
			return true
		}
	}
	f.passed = s.pos
	return false
}

// lead writes what stands in front of a token that begins with c.
func (f *flow) lead(c byte) {
	if f.lines > 0 && len(f.lists) > 0 || f.ended {
		f.newline(c)
		return
	}
	space := f.blank || f.lines > 0
	switch {
	case f.last == 0:
		space = false
	case f.last == '{' || f.last == '}' || c == '{' || c == '}':
		space = true
	case f.last == ',':
		space = len(f.lists) > 0 && !f.tight
	case f.last == '"' && isLetterOrDigit(c), c == '"' && isLetterOrDigit(f.last):
		space = true
	}
	if space {
		f.out = append(f.out, ' ')
	}
	f.blank = false
}

func isLetterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// newline ends the line, as it ends in the text.
func (f *flow) newline(c byte) {
	l := list{outer: tabs(f.depth()), indent: tabs(f.depth() + 1)}
	if len(f.lists) > 0 {
		l = f.lists[len(f.lists)-1]
	}
	f.out = bytes.TrimRight(f.out, " ")
	f.out = append(f.out, '\n')
	f.indent = l.indent
	if c == '}' {
		f.indent = l.outer
	}
	f.out = append(f.out, f.indent...)
	f.lines, f.ended, f.blank = 0, false, false
}

// word writes the token from f.at to byte end.
func (f *flow) word(end int) {
	w := f.text[f.at:end]
	colon := w == ":" && f.mapColon(f.at)
	f.blank = f.blank || colon
	f.lead(w[0])
	f.out = append(f.out, w...)
	switch {
	case isRawBase(w):
		f.raw = 2
	case !isNumber(w):
		f.raw = 0
	}
	f.last, f.blank, f.at = w[len(w)-1], colon, end
}

// isRawBase reports whether a word begins a raw expression: @th,0,16.
func isRawBase(w string) bool {
	switch {
	case len(w) < 2 || w[0] != '@':
		return false
	case slices.Contains([]string{"@ll", "@nh", "@th", "@ih"}, w):
		return true
	}
	return isNumber(w[1:])
}

func (f *flow) comma() {
	if f.ended {
		f.lead(',')
	}
	f.out = append(f.out, ',')
	f.last, f.blank = ',', false
	f.at++
	if f.tight = f.raw > 0; f.tight {
		f.raw--
	}
}

func (f *flow) comment() {
	end := min(lineEnd(f.text, f.at), f.to)
	comment := strings.TrimRight(f.text[f.at:end], " \t\r")
	if f.lines > 0 || f.ended {
		f.newline('#')
	} else if f.last != 0 {
		f.out = append(f.out, ' ')
		f.addBehind(f.at)
	}
	f.out = append(f.out, comment...)
	f.at = end
	f.last, f.ended, f.blank = '#', true, false
	f.lines = 0
}

func (f *flow) open() {
	if !f.list(f.at) {
		f.block()
		return
	}
	f.lead('{')
	f.out = append(f.out, '{')
	f.at++
	f.last, f.blank = '{', false
	l := list{outer: f.indent}
	next := f.at
	for next < f.to && marks[f.text[next]] == markBlank {
		next++
	}
	if next < f.to && (f.text[next] == '\n' || f.text[next] == '#') {
		l.indent = f.indent + "\t"
	} else {
		// What follows stands below the first element, as nft lists it.
		n := columns(string(f.out[bytes.LastIndexByte(f.out, '\n')+1:])) + 1
		l.indent = tabs(n/8) + strings.Repeat(" ", n%8)
	}
	f.lists = append(f.lists, l)
}

func (f *flow) close() {
	f.lead('}')
	f.out = append(f.out, '}')
	f.at++
	f.last, f.blank = '}', false
	if len(f.lists) > 0 {
		f.lists = f.lists[:len(f.lists)-1]
	}
}

// block writes the lines in the braces that begin at f.at.
func (f *flow) block() {
	f.lead('{')
	f.out = append(f.out, '{')
	end, _ := f.braces(f.at)
	p := f.printer
	oneLine := p.oneLine()
	p.frames = append(p.frames, printedBlock{oneLine: oneLine})
	p.end, p.fresh = f.at+1, true
	p.statements(f.at+1, end-1)
	p.gap(end-1, true)
	p.frames, p.fresh = p.frames[:len(p.frames)-1], false
	if oneLine {
		p.out = append(p.out, " }"...)
	} else {
		p.startLine()
		p.out = append(p.out, '}')
	}
	f.at = end
	f.last, f.blank = '}', false
}
