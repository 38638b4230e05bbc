package nft

import "slices"

// piece is a piece of a script by its offsets; empty if there is none.
type piece struct{ from, to int }

func (p piece) empty() bool { return p.from >= p.to }

// addition is a command that adds a rule to a chain, or elements to a set. A
// script may hold a hundred thousand of them, so they are cut by hand:
//
//	[add | insert | replace | create] [rule] [family] table chain [handle N | position N | index N] statements
//	[add | create] element [family] table set { elements }
type addition struct {
	piece
	verb, object        piece // empty: add, rule
	family, table, name piece // of the chain or the set
	place, number       piece
	body                piece // the rule; the elements without their braces, or the variable that they are in
	braces              bool  // the elements are in braces
	rest                piece // what stands behind the elements, and should not
	ok                  bool  // braces and quotes of the body fit
}

// addition cuts the command that begins at byte at. next is where what separates
// it from the following one begins.
func (c *cutter) addition(at int) (a addition, next int) {
	a.from = at
	word := func() piece {
		at = c.blanks(at)
		return piece{at, c.word(at)}
	}
	take := func(to *piece, w piece) {
		*to = w
		at = w.to
	}
	w := word()
	switch c.text[w.from:w.to] {
	case "add", "insert", "replace", "create":
		take(&a.verb, w)
		w = word()
	}
	elements := false
	switch c.text[w.from:w.to] {
	case "element":
		elements = true
		fallthrough
	case "rule":
		take(&a.object, w)
		w = word()
	}
	switch c.text[w.from:w.to] {
	case "ip", "ip6", "inet", "arp", "bridge", "netdev":
		take(&a.family, w)
		w = word()
	}
	take(&a.table, w)
	take(&a.name, word())
	if !elements {
		w = word()
		switch c.text[w.from:w.to] {
		case "handle", "position", "index":
			take(&a.place, w)
			take(&a.number, word())
		}
	}
	at = c.blanks(at)
	a.body.from = at
	if elements && at < len(c.text) && c.text[at] == '{' {
		end, ok := c.braces(at)
		a.to, next, _ = c.statement(end)
		if a.ok = ok; ok {
			a.body, a.braces = piece{a.body.from + 1, end - 1}, true
			a.rest = piece{min(c.blanks(end), a.to), a.to} // blanks at the end are in neither
		} else {
			a.to = max(a.to, end)
			a.body.to = a.to
		}
		return a, next
	}
	a.body.to, next, a.ok = c.statement(a.body.from)
	a.to = max(a.body.to, a.name.to, a.number.to)
	return a, next
}

// adds reads commands that add rules and elements, up to the first one of
// another kind.
func (l *lex) adds() {
	from := l.at
	if marks[l.text[from]] != markNone {
		l.clause(from) // no word
		return
	}
	var a addition
	for {
		a, l.at = l.addition(l.at)
		at := l.addsGoOn(l.at)
		if at < 0 {
			break
		}
		l.at = at
	}
	l.emit(lxAdds, from, max(a.to, from))
}

// addsGoOn returns where the next command begins after one that has ended at
// byte at, if it adds a rule or elements and says so; else -1.
func (l *lex) addsGoOn(at int) int {
	comments := l.notes
	from := at
	for at < len(l.text) {
		switch marks[l.text[at]] {
		case markNewline, markSemicolon, markBlank:
			at++
			continue
		case markComment:
			at = l.comment(at)
			continue
		}
		break
	}
	w := l.wordAt(at)
	switch w {
	case "add", "insert", "replace", "create":
		w = l.wordAt(l.blanks(at + len(w)))
	}
	if at == from || !slices.Contains([]string{"rule", "element"}, w) {
		l.notes = comments
		return -1
	}
	return at
}
