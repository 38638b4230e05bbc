package nft

import (
	"strings"
)

// kind is the kind of a token.
type kind uint8

const (
	tokEnd    kind = iota // the end of the text
	tokWord               // tcp, eth0, new, kbytes/second
	tokWild               // eth*, with the asterisk
	tokNumber             // 22, 0x16
	tokTime               // 1d2h, 30s: a number with letters right behind it
	tokAddr4              // 192.0.2.1
	tokAddr6              // 2001:db8::1
	tokEther              // 00:11:22:33:44:55
	tokQuoted             // "eth0"
	tokVar                // $name
	tokPunct              // an operator or a bracket
	tokBad                // what cannot be a token
)

// token is a token: the bytes from..to of the scanner's text. The quotes of a
// quoted one and the $ of a variable are in it.
type token struct {
	from, to int
	kind     kind
	op       op // of a tokPunct
}

// op is a piece of punctuation.
type op uint8

const (
	opNone op = iota
	opLBrace
	opRBrace
	opLParen
	opRParen
	opLBracket
	opRBracket
	opComma
	opDot
	opColon
	opSlash
	opDash
	opAt
	opAsterisk
	opEq
	opNe
	opLt
	opGt
	opLe
	opGe
	opNot
	opAnd
	opOr
	opXor
	opShl
	opShr
	opAssign
	opSemicolon
	opNewline
)

var opTexts = [...]string{
	opLBrace: "{", opRBrace: "}", opLParen: "(", opRParen: ")", opLBracket: "[", opRBracket: "]", opComma: ",", opDot: ".",
	opColon: ":", opSlash: "/", opDash: "-", opAt: "@", opAsterisk: "*", opEq: "==", opNe: "!=", opLt: "<", opGt: ">",
	opLe: "<=", opGe: ">=", opNot: "!", opAnd: "&", opOr: "|", opXor: "^", opShl: "<<", opShr: ">>", opAssign: "=",
	opSemicolon: ";", opNewline: "newline",
}

// class of a byte, as bits.
const (
	isBlank  = 1 << iota
	isDigit  // 0-9
	isHex    // 0-9 a-f A-F
	isLetter // a-z A-Z
	isWord   // what a word may go on with
	isStart  // what a word may begin with
)

var class = func() (c [256]uint8) {
	for b := range c {
		ch := byte(b)
		switch {
		case ch >= '0' && ch <= '9':
			c[b] = isDigit | isHex | isWord
		case ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z':
			c[b] = isLetter | isWord | isStart
			if ch|0x20 <= 'f' {
				c[b] |= isHex
			}
		case ch == '_' || ch == '.':
			c[b] = isWord | isStart
		case ch == '/' || ch == '-':
			c[b] = isWord
		case ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n':
			c[b] = isBlank
		}
	}
	return c
}()

// scanner cuts text into the tokens of nft (scanner.l is where they are
// defined): the longest one wins. It does not look ahead by itself.
type scanner struct {
	text string
	pos  int
	// lines says that a newline is a token.
	lines bool
}

// next returns the token at s.pos and moves behind it.
func (s *scanner) next() token {
	s.blanks()
	if s.pos >= len(s.text) {
		return token{len(s.text), len(s.text), tokEnd, opNone}
	}
	from := s.pos
	c := s.text[from]
	cl := class[c]
	switch {
	case cl&isDigit != 0:
		return s.scanNumber(from)
	case cl&isStart != 0:
		if c == '.' && (from+1 >= len(s.text) || class[s.text[from+1]]&isWord == 0) {
			s.pos++
			return token{from, s.pos, tokPunct, opDot}
		}
		if cl&isHex != 0 {
			if t, ok := s.scanHex(from); ok {
				return t
			}
		}
		return s.scanWord(from)
	}
	switch c {
	case '"':
		if end := strings.IndexByte(s.text[from+1:], '"'); end >= 0 {
			s.pos = from + 1 + end + 1
			return token{from, s.pos, tokQuoted, opNone}
		}
		s.pos = len(s.text)
		return token{from, s.pos, tokBad, opNone}
	case '$':
		i := from + 1
		for i < len(s.text) && class[s.text[i]]&isWord != 0 {
			i++
		}
		s.pos = i
		if i == from+1 {
			return token{from, i, tokBad, opNone}
		}
		return token{from, i, tokVar, opNone}
	case '\n':
		s.pos++
		return token{from, s.pos, tokPunct, opNewline}
	case '\\':
		if from+1 < len(s.text) && s.text[from+1] == '*' {
			return s.scanWord(from)
		}
	case ':':
		if from+1 < len(s.text) && s.text[from+1] == ':' {
			if t, ok := s.scanAddr(from); ok {
				return t
			}
		}
	}
	return s.scanPunct(from, c)
}

// blanks passes over blanks, continued lines and comments.
func (s *scanner) blanks() {
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '\n' && s.lines:
			return
		case class[c]&isBlank != 0:
			s.pos++
		case c == '\\' && s.pos+1 < len(s.text) && s.text[s.pos+1] == '\n':
			s.pos += 2
		case c == '\\' && s.pos+2 < len(s.text) && s.text[s.pos+1] == '\r' && s.text[s.pos+2] == '\n':
			s.pos += 3
		case c == '#':
			if i := strings.IndexByte(s.text[s.pos:], '\n'); i >= 0 {
				s.pos += i
			} else {
				s.pos = len(s.text)
			}
		default:
			return
		}
	}
}

// scanNumber scans what begins with a digit: a number, a time, an address.
func (s *scanner) scanNumber(from int) token {
	i := from + 1
	for i < len(s.text) && class[s.text[i]]&isDigit != 0 {
		i++
	}
	if i < len(s.text) {
		switch c := s.text[i]; {
		case c == '.':
			to := addr4End(s.text, from)
			if to == 0 && i+1 < len(s.text) && class[s.text[i+1]]&isDigit != 0 {
				// Too many numbers, or too few, or one too large: the
				// parser refuses it whole.
				for to = i; to < len(s.text) && (class[s.text[to]]&(isDigit|isLetter) != 0 || s.text[to] == '.'); {
					to++
				}
			}
			if to > 0 {
				s.pos = to
				return token{from, to, tokAddr4, opNone}
			}
		case c == ':' || class[c]&isHex != 0:
			if t, ok := s.scanAddr(from); ok {
				return t
			}
			fallthrough
		default:
			if class[c]&isLetter == 0 {
				break
			}
			k := tokTime
			if (c == 'x' || c == 'X') && i == from+1 && s.text[from] == '0' && i+1 < len(s.text) && class[s.text[i+1]]&isHex != 0 {
				k = tokNumber
				i++
				for i < len(s.text) && class[s.text[i]]&isHex != 0 {
					i++
				}
			}
			for i < len(s.text) && class[s.text[i]]&(isDigit|isLetter) != 0 {
				k = tokTime
				i++
			}
			s.pos = i
			return token{from, i, k, opNone}
		}
	}
	s.pos = i
	return token{from, i, tokNumber, opNone}
}

// scanWord scans a word; one that ends in an asterisk is wild.
func (s *scanner) scanWord(from int) token {
	i := from
	for i < len(s.text) && class[s.text[i]]&isWord != 0 {
		i++
	}
	// A backslash is a word's only before an asterisk: eth\* is the name.
	for i+1 < len(s.text) && s.text[i] == '\\' && s.text[i+1] == '*' {
		i += 2
		for i < len(s.text) && class[s.text[i]]&isWord != 0 {
			i++
		}
	}
	k := tokWord
	if i < len(s.text) && s.text[i] == '*' {
		k = tokWild
		i++
	} else if strings.IndexByte(s.text[from:i], '\\') >= 0 {
		k = tokWild
	}
	s.pos = i
	return token{from, i, k, opNone}
}

// scanHex scans an address that begins with a letter: one is longer than the
// word at the same place.
func (s *scanner) scanHex(from int) (token, bool) {
	for i := from + 1; i < len(s.text) && i <= from+4; i++ {
		switch c := s.text[i]; {
		case c == ':':
			return s.scanAddr(from)
		case class[c]&isHex == 0:
			return token{}, false
		}
	}
	return token{}, false
}

// scanAddr scans an IPv6 address or a link-layer address.
func (s *scanner) scanAddr(from int) (token, bool) {
	to, ether, groups, short, gap := from, 0, 0, true, false
	i := from
	for {
		n := i
		for n < len(s.text) && n < i+5 && class[s.text[n]]&isHex != 0 {
			n++
		}
		if n == i { // no group: the gap, or the end
			if !gap && n+1 < len(s.text) && s.text[n] == ':' && s.text[n+1] == ':' && groups == 0 {
				gap = true
				i = n + 2
				to = i
				continue
			}
			break
		}
		if n-i > 4 || n < len(s.text) && class[s.text[n]]&isLetter != 0 {
			break
		}
		if n < len(s.text) && s.text[n] == '.' && (gap || groups == 6) && groups <= 6 {
			if end := addr4End(s.text, i); end > 0 {
				groups += 2
				to = end
			}
			break
		}
		groups++
		short = short && n-i <= 2
		to = n
		if groups == 6 && short && !gap {
			ether = n
		}
		if n+1 >= len(s.text) || s.text[n] != ':' || groups == 8 {
			break
		}
		if s.text[n+1] == ':' {
			if gap {
				break
			}
			gap = true
			i = n + 2
			to = i
			continue
		}
		i = n + 1
	}
	switch {
	case gap && groups < 8 || groups == 8 && !gap:
		s.pos = to
		return token{from, to, tokAddr6, opNone}, true
	case ether > 0:
		s.pos = ether
		return token{from, ether, tokEther, opNone}, true
	}
	return token{}, false
}

// addr4End returns where the dotted quad at from ends, or 0 if there is none.
func addr4End(text string, from int) int {
	i := from
	for n := range 4 {
		if n > 0 {
			if i >= len(text) || text[i] != '.' {
				return 0
			}
			i++
		}
		at, v := i, 0
		for i < len(text) && i < at+3 && class[text[i]]&isDigit != 0 {
			v = v*10 + int(text[i]-'0')
			i++
		}
		if i == at || v > 255 {
			return 0
		}
	}
	if i < len(text) && (class[text[i]]&(isDigit|isLetter) != 0 || text[i] == '.' && i+1 < len(text) && class[text[i+1]]&isDigit != 0) {
		return 0
	}
	return i
}

func (s *scanner) scanPunct(from int, c byte) token {
	var next byte
	if from+1 < len(s.text) {
		next = s.text[from+1]
	}
	o, n := opNone, 1
	if c >= 0x80 {
		for from+n < len(s.text) && s.text[from+n] >= 0x80 {
			n++
		}
	}
	switch c {
	case '{':
		o = opLBrace
	case '}':
		o = opRBrace
	case '(':
		o = opLParen
	case ')':
		o = opRParen
	case '[':
		o = opLBracket
	case ']':
		o = opRBracket
	case ',':
		o = opComma
	case ':':
		o = opColon
	case '/':
		o = opSlash
	case '-':
		o = opDash
	case '@':
		o = opAt
	case '*':
		o = opAsterisk
	case ';':
		o = opSemicolon
	case '&':
		o = opAnd
	case '|':
		o = opOr
	case '^':
		o = opXor
	case '=':
		o = opAssign
		if next == '=' {
			o, n = opEq, 2
		}
	case '!':
		o = opNot
		if next == '=' {
			o, n = opNe, 2
		}
	case '<':
		o = opLt
		switch next {
		case '=':
			o, n = opLe, 2
		case '<':
			o, n = opShl, 2
		}
	case '>':
		o = opGt
		switch next {
		case '=':
			o, n = opGe, 2
		case '>':
			o, n = opShr, 2
		}
	}
	s.pos = from + n
	if o == opNone {
		return token{from, s.pos, tokBad, opNone}
	}
	return token{from, s.pos, tokPunct, o}
}
