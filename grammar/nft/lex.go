package nft

import (
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// The tokens of a script. What a hundred thousand rules or a million addresses
// are written in is a single token, which is cut up later.
const (
	lxWord   lexer.TokenType = -iota - 2 // input, 0, $wan, filter
	lxString                             // "quoted"
	lxPunct                              // , = : ( ) +
	lxOpen                               // the { of a block
	lxClose                              // and its }; empty where it is missing
	lxSep                                // newlines and semicolons
	lxRules                              // statements of a chain, with all that separates them
	lxAdds                               // commands that add rules and elements
	lxStmt                               // counter, limit ... of a set
	lxElems                              // what stands between the braces of a list of elements
	lxBraced                             // what stands between other braces
	lxExpr                               // what typeof and define are given
)

var lxNames = map[string]lexer.TokenType{
	"EOF": lexer.EOF, "Word": lxWord, "String": lxString, "Punct": lxPunct, "Open": lxOpen, "Close": lxClose, "Sep": lxSep,
	"Rules": lxRules, "Adds": lxAdds, "Stmt": lxStmt, "Elems": lxElems, "Braced": lxBraced, "Expr": lxExpr,
}

// frame is what a block holds, and so what its words mean.
type frame uint8

const (
	frameScript frame = iota
	frameTable
	frameChain
	frameSet
	frameFlowtable
	frameObject
)

// blocks are the words that may have a block, and what it holds. The blocks of
// ct are called ct helper, ct timeout and ct expectation.
var blocks = map[string]frame{
	"table": frameTable, "chain": frameChain, "set": frameSet, "map": frameSet, "flowtable": frameFlowtable,
	"counter": frameObject, "quota": frameObject, "limit": frameObject, "secmark": frameObject,
	"synproxy": frameObject, "tunnel": frameObject, "ct": frameObject,
}

// scriptLexer is the lexer of scripts, beginning in a frame: the text of an
// include statement in a chain is more of the chain.
type scriptLexer struct{}

func (scriptLexer) Symbols() map[string]lexer.TokenType { return lxNames }

func (d scriptLexer) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(b))
}

func (scriptLexer) LexString(_, s string) (lexer.Lexer, error) {
	l := newLex(s, 1, frameScript)
	l.run()
	return l, nil
}

// lex makes the tokens of a script. All of them are made before the first is
// asked for; every { of a block has its }, whatever the text is like.
type lex struct {
	cutter
	at     int
	frames []openBlock
	toks   []lexer.Token
	next   int
	notes  []Comment
	// sep says that the last token ends a statement.
	sep bool
	// top says that the file is a script and no part of one.
	top bool
}

// openBlock is a block that is being read.
type openBlock struct {
	frame frame
	open  int    // where its { stands
	head  string // the words in front of it
}

func newLex(text string, base uint32, f frame) *lex {
	l := &lex{cutter: cutter{text: text, base: base}, frames: []openBlock{{frame: f, open: -1}}, sep: true, top: f == frameScript}
	l.comments = &l.notes
	return l
}

// Next returns the next token.
func (l *lex) Next() (lexer.Token, error) {
	if l.next >= len(l.toks) {
		return lexer.EOFToken(lexer.Position{Offset: len(l.text)}), nil
	}
	l.next++
	return l.toks[l.next-1], nil
}

func (l *lex) emit(t lexer.TokenType, from, to int) {
	l.toks = append(l.toks, lexer.Token{Type: t, Value: l.text[from:to], Pos: lexer.Position{Offset: from}})
	l.sep = t == lxSep
}

// emitAs makes a token of a word that is taken for another one, and passes it.
// Its column says how long the word is in the text.
func (l *lex) emitAs(word string, from, to int) {
	l.emit(lxWord, from, to)
	t := &l.toks[len(l.toks)-1]
	t.Value, t.Pos.Column = word, to-from
	l.at = to
}

func (l *lex) frame() frame { return l.frames[len(l.frames)-1].frame }

// run makes all tokens.
func (l *lex) run() {
	l.carriageReturns()
	for l.item() {
	}
	if !l.top {
		l.endOfFile()
	}
	for len(l.frames) > 1 {
		b := l.frames[len(l.frames)-1]
		l.fail(b.open, b.open+1, "the { of %s is not closed", b.head).Expected("a } for it")
		l.pop(len(l.text), len(l.text))
	}
}

// carriageReturns tells of the first line that ends in the manner of Windows: to
// nft's scanner a carriage return is junk.
func (l *lex) carriageReturns() {
	if at := strings.IndexByte(l.text, '\r'); at >= 0 {
		l.fail(at, at+1, "a carriage return, which nft does not take").Expected("lines that end in a newline alone")
	}
}

// item reads what begins at l.at: a separator, a closing brace, or a statement
// of the frame. It returns false at the end.
func (l *lex) item() bool {
	l.at = l.blanks(l.at)
	if l.at >= len(l.text) {
		return false
	}
	switch marks[l.text[l.at]] {
	case markNewline, markSemicolon, markComment:
		l.separators()
		return true
	case markClose:
		l.close()
		return true
	}
	if l.outgrown() {
		return true
	}
	l.needSeparator()
	switch f := l.frame(); f {
	case frameScript:
		l.command()
	case frameChain:
		l.chainItem()
	case frameTable:
		l.tableItem()
	case frameSet:
		l.setItem()
	default:
		l.clause(l.at)
	}
	return true
}

// separators makes one token of all newlines and semicolons up to the next
// statement, comments between them left out.
func (l *lex) separators() {
	from := l.at
	found := false
	for l.at < len(l.text) {
		switch marks[l.text[l.at]] {
		case markNewline, markSemicolon:
			l.at++
			found = true
			continue
		case markComment:
			l.at = l.comment(l.at)
			continue
		case markBlank, markBackslash:
			if at := l.blanks(l.at); at > l.at {
				l.at = at
				continue
			}
		}
		break
	}
	if found {
		l.emit(lxSep, from, l.at)
	}
}

// needSeparator tells of a statement that begins right behind another one.
func (l *lex) needSeparator() {
	if l.sep || len(l.toks) == 0 {
		return
	}
	switch last := &l.toks[len(l.toks)-1]; {
	case last.Type == lxOpen, l.frame() == frameObject, last.Value == "auto-merge":
		return // nft needs none there
	}
	l.fail(l.at, l.word(l.at), "unexpected %q", l.wordAt(l.at)).Expected("a newline or ;")
}

// close reads a }.
func (l *lex) close() {
	if len(l.frames) == 1 {
		l.fail(l.at, l.at+1, "a } without a {")
		l.at++
		return
	}
	if !l.sep && len(l.toks) > 0 {
		switch last := &l.toks[len(l.toks)-1]; {
		case last.Type == lxOpen, last.Value == "auto-merge", l.frame() == frameFlowtable && last.Value == "counter":
		case l.frame() == frameObject && !l.separated():
		default:
			l.fail(l.at, l.at+1, "unexpected }").Expected("a newline or ; in front of it")
		}
	}
	l.pop(l.at, l.at+1)
	l.at++
}

// separated reports whether the settings of the object at hand must end in a
// newline or a semicolon.
func (l *lex) separated() bool {
	words := strings.Fields(l.frames[len(l.frames)-1].head)
	return slices.Contains(words, "ct") || slices.Contains(words, "tunnel")
}

// pop ends the innermost block.
func (l *lex) pop(from, to int) {
	l.frames = l.frames[:len(l.frames)-1]
	l.emit(lxClose, from, to)
}

// words are the tokens of a statement that has no token of its own.
func (l *lex) words() {
	for {
		l.at = l.blanks(l.at)
		if l.at >= len(l.text) {
			return
		}
		switch marks[l.text[l.at]] {
		case markNone, markBackslash:
			end := l.word(l.at)
			l.emit(lxWord, l.at, end)
			l.at = end
		case markQuote:
			end, _ := l.quote(l.at)
			l.emit(lxString, l.at, end)
			l.at = end
		case markPunct:
			l.emit(lxPunct, l.at, l.at+1)
			l.at++
		default:
			return
		}
	}
}

// clause reads a statement that begins at byte at, with what it has in braces.
func (l *lex) clause(at int) {
	l.at = at
	for {
		l.words()
		if l.at >= len(l.text) || l.text[l.at] != '{' {
			return
		}
		l.braced(lxBraced)
	}
}

// braced makes a token of what stands in the braces that begin at l.at.
func (l *lex) braced(t lexer.TokenType) {
	from := l.at
	end, ok := l.braces(l.at)
	l.at = end
	switch {
	case !ok:
		t, end = lxBraced, from+1 // what is in them cannot be read
	default:
		end--
	}
	l.emit(t, from+1, end)
}

// declaration reads the head of a block, of which the first words have been
// read, and its {. The words that come after the block's name are what nft lets
// one write without braces.
func (l *lex) declaration(from int, f frame) {
	l.words()
	if l.at < len(l.text) && l.text[l.at] == '{' {
		l.open(from, f)
		return
	}
	// nft wants the { on the line of the head.
	at := l.at
	for at < len(l.text) && (marks[l.text[at]] == markBlank || l.text[at] == '\n') {
		at++
	}
	if at > l.at && at < len(l.text) && l.text[at] == '{' {
		l.fail(at, at+1, "the { stands on a line of its own").Expected("it behind %s", l.head(from))
		l.at = at
		l.open(from, f)
	}
}

func (l *lex) open(from int, f frame) {
	l.frames = append(l.frames, openBlock{frame: f, open: l.at, head: l.head(from)})
	l.emit(lxOpen, l.at, l.at+1)
	l.at++
}

// head returns the words from byte from to l.at.
func (l *lex) head(from int) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(l.text[from:l.at], "\\\n", " ")), " ")
}

// assigned reads the clause of a define or redefine: its name, = and the value,
// which is one token.
func (l *lex) assigned() {
	for range 2 {
		l.at = l.blanks(l.at)
		end := l.word(l.at)
		if end == l.at {
			break
		}
		l.emit(lxWord, l.at, end)
		l.at = end
	}
	l.at = l.blanks(l.at)
	if l.at < len(l.text) && l.text[l.at] == '=' {
		l.emit(lxPunct, l.at, l.at+1)
		l.at = l.blanks(l.at + 1)
		l.raw(lxExpr)
		return
	}
	l.clause(l.at)
}

// raw makes a token of all up to the end of the statement.
func (l *lex) raw(t lexer.TokenType) {
	from := l.at
	end, next, ok := l.statement(l.at)
	l.at = next
	if !ok {
		t = lxBraced
	}
	if end > from {
		l.emit(t, from, end)
	}
}

// definition reads a statement that may stand in every block; false if it is
// none.
func (l *lex) definition() bool {
	switch l.wordAt(l.at) {
	case "define", "redefine":
		l.assigned()
	case "undefine", "include":
		l.clause(l.at)
	default:
		return false
	}
	if l.top {
		l.endOfFile()
	}
	return true
}

// endOfFile tells of a statement that the file ends without a newline behind.
// nft wants one behind a definition, and behind the last statement of an
// included file, which it takes for part of the line below the include.
func (l *lex) endOfFile() {
	if l.at >= len(l.text) && len(l.frames) == 1 && !l.sep {
		l.fail(len(l.text), len(l.text), "the file ends without a newline").Expected("one behind the last statement")
	}
}

// tableItem reads a statement of a table.
func (l *lex) tableItem() {
	if l.definition() {
		return
	}
	from, word := l.at, l.wordAt(l.at)
	f, ok := blocks[word]
	if !ok {
		if near := grammar.Near(word, tableWords); blocks[near] != 0 {
			e := l.fail(from, from+len(word), "unknown %s in a table", quote(clip(word))).Expected("%s", tableWant)
			e.Hint = near
			l.emitAs(near, from, from+len(word))
			l.declaration(from, blocks[near]) // so that what is in it is read
			return
		}
	}
	if !ok || word == "table" {
		l.clause(l.at)
		return
	}
	l.declaration(from, f)
}

// chainClauses are the first words of what stands in a chain and is no rule.
var chainClauses = []string{"comment", "define", "devices", "flags", "include", "policy", "redefine", "type", "undefine"}

// chainItem reads a statement of a chain: a clause, or all rules up to the next
// one.
func (l *lex) chainItem() {
	if l.definition() {
		return
	}
	if slices.Contains(chainClauses, l.wordAt(l.at)) {
		l.clause(l.at)
		return
	}
	from := l.at
	var end int
	for {
		end, l.at, _ = l.statement(l.at)
		at := l.rulesGoOn(l.at)
		if at < 0 {
			break
		}
		l.at = at
	}
	l.emit(lxRules, from, end)
}

// rulesGoOn returns where the next rule begins after one that has ended at byte
// at; -1 if something else comes next. Comments that it passes are kept.
func (l *lex) rulesGoOn(at int) int {
	comments := l.notes
	for at < len(l.text) {
		switch marks[l.text[at]] {
		case markNewline, markSemicolon, markBlank:
			at++
		case markComment:
			at = l.comment(at)
		case markBackslash:
			next := l.blanks(at)
			if next > at {
				at = next
				continue
			}
			return at
		case markClose:
			l.notes = comments
			return -1
		default:
			if l.text[at] >= 'a' && l.text[at] <= 'u' && (slices.Contains(chainClauses, l.wordAt(at)) || l.foreign(at)) {
				l.notes = comments
				return -1
			}
			return at
		}
	}
	l.notes = comments
	return -1
}

// belongs returns the frame that a statement belongs to which begins at byte at,
// if it can be in no inner one: tables and commands stand at the top of a
// script, chains and sets with their { in a table.
func (l *lex) belongs(at int) (frame, bool) {
	switch word := l.wordAt(at); word {
	case "chain", "set", "map", "flowtable", "table":
		f := frameTable
		if word == "table" {
			f = frameScript
		}
		for n := 0; n < 4; n++ {
			at = l.blanks(l.word(at))
			if at < len(l.text) && l.text[at] == '{' {
				return f, n > 0
			}
		}
	case "add", "create", "insert", "replace", "delete", "destroy", "flush", "reset", "rename":
		object := l.wordAt(l.blanks(at + len(word)))
		return frameScript, object == "ruleset" || slices.Contains(objects, object)
	}
	return 0, false
}

// foreign reports whether a statement that begins at byte at ends the chain.
func (l *lex) foreign(at int) bool {
	_, ok := l.belongs(at)
	return ok && len(l.frames) > 1
}

// outgrown ends a block whose } is missing, at a statement that cannot be in it.
func (l *lex) outgrown() bool {
	b := l.frames[len(l.frames)-1]
	if len(l.frames) == 1 || b.frame == frameScript {
		return false
	}
	f, ok := l.belongs(l.at)
	if !ok || f >= b.frame {
		return false
	}
	l.fail(b.open, b.open+1, "the { of %s is not closed", b.head).Expected("a } for it above the next %s", l.wordAt(l.at))
	l.pop(l.at, l.at)
	l.sep = true
	return true
}

// setItem reads a statement of a set or a map.
func (l *lex) setItem() {
	if l.definition() {
		return
	}
	switch word := l.wordAt(l.at); word {
	case "counter", "quota", "limit", "last", "ct":
		l.raw(lxStmt)
	case "typeof":
		l.emit(lxWord, l.at, l.at+len(word))
		l.at = l.blanks(l.at + len(word))
		l.raw(lxExpr)
	case "elements":
		l.words()
		if l.at < len(l.text) && l.text[l.at] == '{' {
			l.braced(lxElems)
			l.emit(lxSep, l.at, l.at) // nft needs none behind elements
		}
	case "auto-merge":
		l.emit(lxWord, l.at, l.at+len(word))
		l.at += len(word)
	default:
		l.clause(l.at)
	}
}

// objects are the words that commands name what they act on by.
var objects = []string{
	"table", "chain", "rule", "set", "map", "element", "flowtable", "counter", "quota", "limit", "secmark", "synproxy", "tunnel", "ct",
}

// command reads a command.
func (l *lex) command() {
	if l.definition() {
		return
	}
	from := l.at
	verb := l.wordAt(l.at)
	at, object := l.at, verb
	switch verb {
	case "add", "create", "insert", "replace":
		at = l.blanks(l.at + len(verb))
		object = l.wordAt(at)
	default:
		if _, ok := verbs[verb]; ok {
			l.other()
			return
		}
		verb = ""
	}
	if f, ok := blocks[object]; ok && verb != "insert" && verb != "replace" {
		if verb != "" {
			l.emit(lxWord, from, from+len(verb))
		}
		l.at = at
		l.declaration(from, f)
		return
	}
	if object == "rule" || object == "element" || verb == "" || verb == "add" {
		if verb == "" && object != "rule" && object != "element" && l.misspelt(from, object) {
			return
		}
		l.adds()
		return
	}
	l.clause(from)
}

// misspelt reads a command that begins with a word that is nearly one of nft's.
// What it is not: a rule that is added without saying so, to a table of that
// name.
func (l *lex) misspelt(from int, word string) bool {
	near := grammar.Near(word, commandWords)
	if near == "" || near == "rule" || near == "element" { // these stand behind a verb
		return false
	}
	second := l.blanks(l.word(from))
	third := l.blanks(l.word(second))
	_, family := ast.ParseFamily(l.wordAt(second))
	if !family && l.wordAt(second) != "ruleset" && (third >= len(l.text) || l.text[third] != '{') && !slices.Contains(objects, l.wordAt(second)) {
		return false
	}
	e := l.fail(from, from+len(word), "unknown command %s", quote(word))
	e.Hint = near
	l.emitAs(near, from, from+len(word))
	if f, ok := blocks[near]; ok {
		l.declaration(from, f) // so that what is in it is read
		return true
	}
	l.clause(l.at)
	return true
}

// other reads a command that neither adds nor declares something.
func (l *lex) other() {
	if l.wordAt(l.at) == "describe" {
		l.emit(lxWord, l.at, l.word(l.at))
		l.at = l.blanks(l.word(l.at))
		l.raw(lxExpr)
		return
	}
	elements := l.wordAt(l.blanks(l.word(l.at))) == "element"
	l.words()
	if l.at < len(l.text) && l.text[l.at] == '{' && elements {
		l.braced(lxElems)
	}
	l.clause(l.at)
}
