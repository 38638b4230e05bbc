package nft

import (
	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// tok is a token of a script.
type tok = lexer.Token

// The grammar of a script (nft(8)). It takes every sequence of tokens that the
// lexer makes: each part of a statement may be missing, and what does not belong
// to it is its rest. What is wrong is said where the tree is walked, by those who
// know what was meant.
type (
	script struct {
		Items []scriptItem `parser:"@@*"`
	}
	// scriptItem is a command of the script.
	scriptItem struct {
		Common  *common      `parser:"( @@"`
		Adds    *adds        `parser:"| @@"`
		Declare *declaration `parser:"| @@"`
		Command *command     `parser:"| @@"`
		Junk    *junk        `parser:"| @@ )"`
	}
	// common may stand in every block.
	common struct {
		Sep     *tok           `parser:"( @Sep"`
		Define  *defineClause  `parser:"| @@"`
		Include *includeClause `parser:"| @@ )"`
	}
	defineClause struct {
		Verb  tok  `parser:"@( 'define' | 'redefine' | 'undefine' )"`
		Name  *tok `parser:"@Word?"`
		Is    *tok `parser:"@'='?"`
		Value *tok `parser:"@Expr?"`
		Rest  rest `parser:"@@?"`
	}
	includeClause struct {
		Verb tok  `parser:"@'include'"`
		Path *tok `parser:"@String?"`
		Rest rest `parser:"@@?"`
	}
	// declaration is a command that declares something, or nothing but what
	// it declares; the name stands behind the family and the table's.
	declaration struct {
		Verb      *tok           `parser:"@( 'add' | 'create' )?"`
		Table     *tableDecl     `parser:"( @@"`
		Chain     *chainDecl     `parser:"| @@"`
		Set       *setDecl       `parser:"| @@"`
		Flowtable *flowtableDecl `parser:"| @@"`
		Object    *objectDecl    `parser:"| @@ )"`
	}
	// command is any other command, its words not yet looked at.
	command struct {
		Verb  tok   `parser:"@( 'delete' | 'destroy' | 'flush' | 'reset' | 'rename' | 'list' | 'get' | 'monitor' | 'describe' | 'export' | 'import' )"`
		Words []tok `parser:"@( ( Word | String | Punct | Braced | Expr )* )"`
		Elems *tok  `parser:"@Elems?"`
		Rest  rest  `parser:"@@?"`
	}
	// junk is what begins with no word that could stand there.
	junk struct {
		Words []tok `parser:"@( ( Word | String | Punct | Braced | Elems | Expr | Stmt )+ )"`
	}

	tableDecl struct {
		Keyword tok        `parser:"@'table'"`
		Name    []tok      `parser:"@( Word* )"`
		Rest    rest       `parser:"@@?"`
		Body    *tableBody `parser:"@@?"`
	}
	tableBody struct {
		Open  tok         `parser:"@Open"`
		Items []tableItem `parser:"@@*"`
		Close tok         `parser:"@Close"`
	}
	tableItem struct {
		Common    *common        `parser:"( @@"`
		Flags     *flagsClause   `parser:"| @@"`
		Comment   *commentClause `parser:"| @@"`
		Chain     *chainDecl     `parser:"| @@"`
		Set       *setDecl       `parser:"| @@"`
		Flowtable *flowtableDecl `parser:"| @@"`
		Object    *objectDecl    `parser:"| @@"`
		Junk      *junk          `parser:"| @@ )"`
	}

	chainDecl struct {
		Keyword tok        `parser:"@'chain'"`
		Name    []tok      `parser:"@( Word* )"`
		Rest    rest       `parser:"@@?"`
		Body    *chainBody `parser:"@@?"`
	}
	chainBody struct {
		Open  tok         `parser:"@Open"`
		Items []chainItem `parser:"@@*"`
		Close tok         `parser:"@Close"`
	}
	chainItem struct {
		Common  *common        `parser:"( @@"`
		Rules   *tok           `parser:"| @Rules"`
		Hook    *hookClause    `parser:"| @@"`
		Policy  *wordClause    `parser:"| @@"`
		Flags   *flagsClause   `parser:"| @@"`
		Comment *commentClause `parser:"| @@"`
		Devices *devicesClause `parser:"| @@"`
		Junk    *junk          `parser:"| @@ )"`
	}
	hookClause struct {
		Keyword  tok            `parser:"@'type'"`
		Type     *tok           `parser:"@Word?"`
		HookWord *tok           `parser:"( @'hook'"`
		Hook     *tok           `parser:"  @Word? )?"`
		Device   *deviceClause  `parser:"( @@"`
		Devices  *devicesClause `parser:"| @@ )?"`
		Priority *priority      `parser:"@@?"`
		Rest     rest           `parser:"@@?"`
	}
	deviceClause struct {
		Keyword tok  `parser:"@'device'"`
		Name    *tok `parser:"@( Word | String )?"`
	}
	devicesClause struct {
		Keyword tok  `parser:"@'devices'"`
		Is      *tok `parser:"@'='?"`
		List    *tok `parser:"( @Braced"`
		Var     *tok `parser:"| @Word )?"`
	}
	priority struct {
		Keyword tok  `parser:"@'priority'"`
		Name    *tok `parser:"@Word?"`
		Sign    *tok `parser:"@( '+' | '-' )?"`
		Number  *tok `parser:"@Word?"`
	}

	setDecl struct {
		Keyword tok      `parser:"@( 'set' | 'map' )"`
		Name    []tok    `parser:"@( Word* )"`
		Rest    rest     `parser:"@@?"`
		Body    *setBody `parser:"@@?"`
	}
	setBody struct {
		Open  tok       `parser:"@Open"`
		Items []setItem `parser:"@@*"`
		Close tok       `parser:"@Close"`
	}
	setItem struct {
		Common   *common         `parser:"( @@"`
		Type     *typeClause     `parser:"| @@"`
		Typeof   *typeofClause   `parser:"| @@"`
		Flags    *flagsClause    `parser:"| @@"`
		Comment  *commentClause  `parser:"| @@"`
		Elements *elementsClause `parser:"| @@"`
		Setting  *setting        `parser:"| @@"`
		Merge    *tok            `parser:"| @'auto-merge'"`
		Stmt     *tok            `parser:"| @Stmt"`
		Junk     *junk           `parser:"| @@ )"`
	}
	typeClause struct {
		Keyword  tok   `parser:"@'type'"`
		Key      []tok `parser:"@( Word* )"`
		Colon    *tok  `parser:"( @':'"`
		Interval *tok  `parser:"  @'interval'?"`
		Data     []tok `parser:"  @( Word* ) )?"`
		Rest     rest  `parser:"@@?"`
	}
	typeofClause struct {
		Keyword tok  `parser:"@'typeof'"`
		Expr    *tok `parser:"@Expr?"`
		Rest    rest `parser:"@@?"`
	}
	elementsClause struct {
		Keyword tok  `parser:"@'elements'"`
		Is      *tok `parser:"@'='?"`
		Elems   *tok `parser:"( @Elems"`
		Var     *tok `parser:"| @Word )?"`
		Rest    rest `parser:"@@?"`
	}
	setting struct {
		Keyword tok  `parser:"@( 'timeout' | 'gc-interval' | 'size' | 'policy' )"`
		Value   *tok `parser:"@Word?"`
		Rest    rest `parser:"@@?"`
	}

	flowtableDecl struct {
		Keyword tok            `parser:"@'flowtable'"`
		Name    []tok          `parser:"@( Word* )"`
		Rest    rest           `parser:"@@?"`
		Body    *flowtableBody `parser:"@@?"`
	}
	flowtableBody struct {
		Open  tok             `parser:"@Open"`
		Items []flowtableItem `parser:"@@*"`
		Close tok             `parser:"@Close"`
	}
	flowtableItem struct {
		Common  *common        `parser:"( @@"`
		Hook    *flowHook      `parser:"| @@"`
		Devices *devicesClause `parser:"| @@"`
		Flags   *flagsClause   `parser:"| @@"`
		Counter *tok           `parser:"| @'counter'"`
		Junk    *junk          `parser:"| @@ )"`
	}
	flowHook struct {
		Keyword  tok       `parser:"@'hook'"`
		Hook     *tok      `parser:"@Word?"`
		Priority *priority `parser:"@@?"`
		Rest     rest      `parser:"@@?"`
	}

	// objectDecl is a stateful object. Its configuration stands in a block
	// or, without one, behind the name.
	objectDecl struct {
		Keyword tok         `parser:"@( 'counter' | 'quota' | 'limit' | 'secmark' | 'synproxy' | 'tunnel' | 'ct' )"`
		Words   []tok       `parser:"@( ( Word | String | Punct | Braced )* )"`
		Body    *objectBody `parser:"@@?"`
	}
	objectBody struct {
		Open  tok          `parser:"@Open"`
		Items []objectItem `parser:"@@*"`
		Close tok          `parser:"@Close"`
	}
	objectItem struct {
		Common *common `parser:"( @@"`
		Junk   *junk   `parser:"| @@ )"`
	}

	flagsClause struct {
		Keyword tok   `parser:"@'flags'"`
		Words   []tok `parser:"@( ( Word | ',' )* )"`
		Rest    rest  `parser:"@@?"`
	}
	commentClause struct {
		Keyword tok  `parser:"@'comment'"`
		Text    *tok `parser:"@( String | Word )?"`
		Rest    rest `parser:"@@?"`
	}
	// wordClause is a clause with a word.
	wordClause struct {
		Keyword tok  `parser:"@'policy'"`
		Word    *tok `parser:"@( Word | String )?"`
		Rest    rest `parser:"@@?"`
	}
)

// rest is what does not belong to a statement: words, text, punctuation and
// braces up to its end.
type rest struct{ toks []tok }

// Parse takes the tokens.
func (r *rest) Parse(lex *lexer.PeekingLexer) error {
	for {
		switch lex.Peek().Type {
		case lxWord, lxString, lxPunct, lxBraced:
			r.toks = append(r.toks, *lex.Next())
			continue
		}
		if len(r.toks) == 0 {
			return participle.NextMatch
		}
		return nil
	}
}

// adds are commands that add rules and elements, in one token.
type adds struct{ text tok }

// Parse takes the token. It is participle's hook for a node that reads its
// tokens itself.
func (a *adds) Parse(lex *lexer.PeekingLexer) error {
	if lex.Peek().Type != lxAdds {
		return participle.NextMatch
	}
	a.text = *lex.Next()
	return nil
}

// The text of an include statement is more of what it stands in, so each block
// has a grammar of its own.
type (
	tablePart struct {
		Items []tableItem `parser:"@@*"`
	}
	chainPart struct {
		Items []chainItem `parser:"@@*"`
	}
	setPart struct {
		Items []setItem `parser:"@@*"`
	}
	flowtablePart struct {
		Items []flowtableItem `parser:"@@*"`
	}
	objectPart struct {
		Items []objectItem `parser:"@@*"`
	}
)

var (
	scriptGrammar    = participle.MustBuild[script](options...)
	tableGrammar     = participle.MustBuild[tablePart](options...)
	chainGrammar     = participle.MustBuild[chainPart](options...)
	setGrammar       = participle.MustBuild[setPart](options...)
	flowtableGrammar = participle.MustBuild[flowtablePart](options...)
	objectGrammar    = participle.MustBuild[objectPart](options...)

	options = []participle.Option{participle.Lexer(scriptLexer{}), participle.UseLookahead(2)}
)
