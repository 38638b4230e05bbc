package iptables

import (
	"io"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// A listing is what iptables -L prints, as people paste it: the listings of
// several tables, with or without the commands between them, cut out of a
// terminal, a forum or the output of service iptables status.
//
// A listing says less than a save file. Without -v it hides the interfaces that
// its rules name, so such a rule holds an [ast.Opaque] in their place, and
// nothing is claimed about the packets that it matches. Without -n addresses
// stand as the names that they had on the host. Counters are rounded from 100000
// on. Text that no extension's declaration explains (ext.Listed) is an error
// at its place.
//
// listFile is the grammar of a listing; its tokens are whole lines. It takes
// every sequence of them; what is out of place is reported when it is walked.
type listFile struct {
	Parts []listPart `parser:"@@*"`
}

type listPart struct {
	Place   *lexer.Token `parser:"( @Place"`
	Chain   *listChain   `parser:"| @@"`
	Columns *lexer.Token `parser:"| @Columns"`
	Stray   *listRun     `parser:"| @@ )"`
}

type listChain struct {
	Head    lexer.Token  `parser:"@Chain"`
	Columns *lexer.Token `parser:"@Columns?"`
	Rows    *listRun     `parser:"@@?"`
}

// listRun is a run of lines that are none of the others: a chain's rows.
type listRun struct{ lines []lineSpan }

// Parse takes all lines up to the next token of another kind.
func (r *listRun) Parse(lex *lexer.PeekingLexer) error {
	if lex.Peek().Type != tokRow {
		return participle.NextMatch
	}
	for lex.Peek().Type == tokRow {
		t := lex.Next()
		r.lines = append(r.lines, lineSpan{uint32(t.Pos.Offset), uint32(t.Pos.Offset + len(t.Value))})
	}
	return nil
}

const (
	tokRow     lexer.TokenType = -iota - 2
	tokChain                   // Chain INPUT (policy DROP)
	tokColumns                 // target prot opt source destination
	tokPlace                   // a command, or the name of a table
)

var listGrammar = participle.MustBuild[listFile](participle.Lexer(listLexer{}))

// listLexer makes one token of each line that is neither blank nor a comment.
type listLexer struct{}

func (listLexer) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{"EOF": lexer.EOF, "Row": tokRow, "Chain": tokChain, "Columns": tokColumns, "Place": tokPlace}
}

func (d listLexer) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(b))
}

func (listLexer) LexString(_, s string) (lexer.Lexer, error) {
	return &listLex{text: s}, nil
}

type listLex struct {
	text string
	at   int
}

func (l *listLex) Next() (lexer.Token, error) {
	for l.at < len(l.text) {
		from, to, next := nextLine(l.text, l.at)
		l.at = next
		if from == to {
			continue
		}
		t := lexer.Token{Value: l.text[from:to], Pos: lexer.Position{Offset: from}}
		_, prompt := Prompt(t.Value)
		switch {
		case prompt || isTool(command1(t.Value)) || tableTitle(t.Value) != "":
			t.Type = tokPlace
		case t.Value[0] == '#':
			continue
		case isChainHead(t.Value):
			t.Type = tokChain
		case isColumnHead(t.Value):
			t.Type = tokColumns
		default:
			t.Type = tokRow
		}
		return t, nil
	}
	return lexer.EOFToken(lexer.Position{Offset: len(l.text)}), nil
}

// tableTitle returns the name of the table that a title line gives, as service
// iptables status ("Table: nat") and others ("nat table") print it, or "".
func tableTitle(line string) string {
	name, ok := strings.CutPrefix(line, "Table:")
	if !ok {
		name, ok = strings.CutSuffix(strings.ToLower(line), " table")
	}
	name = strings.TrimSpace(name)
	if _, known := builtinTables[name]; ok && known {
		return name
	}
	return ""
}

// listing is a listing that is being read.
type listing struct {
	f      *File
	b      *builder
	errs   []*grammar.Error
	groups []*listGroup
	told   map[grammar.Error]bool
	hidden bool // there are chains whose interfaces are not listed
	each   func(t *tableBuilder, line *Line)
}

// listGroup is the listing of one table.
type listGroup struct {
	family ast.Family // unknown if nothing says it
	table  string     // "" if nothing says it
	name   ast.Span   // of the table's name, where it stands
	chains []*listedChain
}

// listedChain is a chain of a listing, with its lines.
type listedChain struct {
	listHead
	columns *columns
	rows    []row
	replace bool // a later listing has the chain again
}

// row is a line below a chain's head.
type row struct {
	lineSpan
	cells
	err     *grammar.Error
	rowlike bool // it got as far as to its protocol
	after   bool // it stands right below another line
}

// parseListing reads a listing.
func (f *File) parseListing() {
	l := f.readListing(nil)
	f.Ruleset = l.b.ruleset
	f.Ruleset.Span = f.span(0, uint32(len(f.Text)))
	f.Errors = l.errs
}

// readListing reads a listing. Each rule's line is given to each, if there is
// one, before it is lowered.
func (f *File) readListing(each func(t *tableBuilder, line *Line)) *listing {
	tree, err := listGrammar.ParseString(f.Name, f.Text)
	if err != nil {
		panic(err) // the grammar takes every sequence of its tokens
	}
	l := &listing{f: f, told: map[grammar.Error]bool{}, each: each}
	l.b = newBuilder(&l.errs)
	l.walk(tree)
	l.split()
	l.place()
	for _, g := range l.groups {
		l.build(g)
	}
	return l
}

// fail reports an error, once.
func (l *listing) fail(e *grammar.Error) {
	if !l.told[*e] {
		l.told[*e] = true
		l.errs = append(l.errs, e)
	}
}

// walk makes groups of the tree: a new one at each command, title and chain that
// cannot be of the same table as those before it.
func (l *listing) walk(tree *listFile) {
	var group *listGroup
	var cols *columns
	foreign := false // the lines are the output of another command
	for _, part := range tree.Parts {
		switch {
		case part.Place != nil:
			group, foreign = l.command(part.Place)
		case part.Columns != nil:
			at := uint32(part.Columns.Pos.Offset)
			l.fail(grammar.Errorf(l.f.span(at, at+uint32(len(part.Columns.Value))), "the names of columns without a chain").Expected("Chain NAME (...) above them"))
		case part.Stray != nil:
			if !foreign {
				l.stray(part.Stray.lines)
			}
		default:
			c := l.chain(part.Chain)
			if group == nil || !group.takes(c) {
				group = &listGroup{}
			}
			if len(group.chains) == 0 {
				l.groups = append(l.groups, group)
			}
			group.chains = append(group.chains, c)
			if part.Chain.Columns != nil {
				cols = l.columns(part.Chain.Columns)
			}
			c.columns = cols
			if part.Chain.Rows != nil {
				l.rows(c, part.Chain.Rows.lines)
			}
		}
	}
}

// command reads a command line or a title. The chains below it are of the group
// that it returns.
func (l *listing) command(t *lexer.Token) (g *listGroup, foreign bool) {
	at := uint32(t.Pos.Offset)
	all := l.f.span(at, at+uint32(len(t.Value)))
	if name := tableTitle(t.Value); name != "" {
		return &listGroup{table: name, name: all}, false
	}
	skip, _ := Prompt(t.Value)
	c, list, tool := parseListCommand(t.Value[skip:])
	switch {
	case !tool:
		return nil, true
	case !list:
		l.fail(grammar.Errorf(all, "a command other than -L, which is not carried out here").Expected("a listing, or a file of commands alone"))
		return nil, false
	}
	g = &listGroup{family: c.family, table: c.table, name: all}
	if c.at >= 0 {
		from := at + uint32(skip+c.at)
		g.name = l.f.span(from, from+uint32(len(c.table)))
	}
	if _, ok := builtinTables[c.table]; !ok {
		e := grammar.Errorf(g.name, "unknown table %q", c.table).Expected("filter, nat, mangle, raw or security")
		e.Hint = grammar.Near(c.table, tableNames)
		l.fail(e)
	}
	return g, false
}

// stray reports a run of lines outside of any chain.
func (l *listing) stray(lines []lineSpan) {
	l.fail(grammar.Errorf(l.f.span(lines[0].from, lines[len(lines)-1].to), "text outside of any chain").Expected("a listing's Chain NAME (...)"))
}

// rows reads the lines below a chain's head.
func (l *listing) rows(c *listedChain, lines []lineSpan) {
	end := uint32(0)
	for i, ls := range lines {
		r := row{lineSpan: ls}
		// A blank line leaves more than one line end between the two.
		r.after = i > 0 && strings.Count(l.f.Text[end:ls.from], "\n") == 1
		end = ls.to
		if c.columns == nil {
			r.err = grammar.Errorf(l.f.span(ls.from, ls.to), "a line without the names of its columns").Expected("target prot opt source destination below the chain's name")
		} else {
			r.err = r.read(c.columns, l.f.Text[ls.from:ls.to], l.f.base+ls.from)
		}
		c.rows = append(c.rows, r)
	}
}
