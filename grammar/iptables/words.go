package iptables

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables/ext"
)

// splitWords is the fast path of the rule grammar: it splits a line of a save
// file into words, appended to dst. It refuses (and returns false) whatever it
// is not sure of; such a line is for the reference grammar, which either takes
// it or says what is wrong. base is the position of line's first byte.
//
// Words are as iptables-restore makes them (add_param_to_argv): they end at
// blanks, and at a closing quote; inside quotes \ takes the next byte as it is.
func splitWords(dst []ext.Word, line string, base uint32) ([]ext.Word, bool) {
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c == ' ' || c == '\t':
			i++
			continue
		case c == '"':
			end := strings.IndexByte(line[i+1:], '"')
			if end < 0 || strings.ContainsAny(line[i+1:i+1+end], "\\\x00") {
				return dst, false
			}
			end += i + 2
			dst = append(dst, ext.Word{Span: span(base, i, end), Text: line[i+1 : end-1], Quoted: true})
			i = end
			continue
		case c < ' ':
			return dst, false
		}
		j := i + 1
		for j < len(line) && line[j] > ' ' && line[j] != '"' {
			j++
		}
		if j < len(line) && line[j] != ' ' && line[j] != '\t' {
			return dst, false
		}
		dst = append(dst, ext.Word{Span: span(base, i, j), Text: line[i:j]})
		i = j
	}
	return dst, wellFormed(dst)
}

// wellFormed reports whether words have the shape of a rule: an option first,
// and after each lonely ! another word that is none.
func wellFormed(words []ext.Word) bool {
	if len(words) == 0 || !isOption(words[0]) && (!isBang(words[0]) || len(words) < 2 || !isOption(words[1])) {
		return false
	}
	for i, w := range words {
		if isBang(w) && (i+1 == len(words) || isBang(words[i+1])) {
			return false
		}
	}
	return true
}

func isOption(w ext.Word) bool {
	return !w.Quoted && len(w.Text) > 1 && w.Text[0] == '-'
}

func isBang(w ext.Word) bool { return w.Text == "!" && !w.Quoted }

func span(base uint32, i, j int) ast.Span {
	return ast.Span{From: base + uint32(i), To: base + uint32(j)}
}
