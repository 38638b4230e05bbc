package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

var logLevels = []string{"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "audit"}

// logFlags are the flags of log, in the order in which nft prints them.
var logFlags = []string{"tcp sequence", "tcp options", "ip options", "skuid", "ether"}

// logStmt reads log and its options.
func (p *ruleParser) logStmt(from int) ast.Stmt {
	p.advance()
	l := &ast.Log{}
	flags := map[string]bool{}
	given := map[string]bool{}
	for p.tok.kind == tokWord && !p.failed {
		w := p.word()
		at := p.here()
		switch w {
		case "prefix":
			p.advance()
			l.Prefix = p.logPrefix()
		case "level":
			p.advance()
			if !contains(logLevels, p.word()) || p.tok.kind != tokWord {
				p.near("a level", logLevels...)
				return nil
			}
			l.Level = p.word()
			p.advance()
		case "group":
			p.advance()
			l.HasGroup, l.Group = true, uint16(p.count(1<<16))
		case "snaplen":
			p.advance()
			l.Snaplen = uint32(p.count(1 << 32))
		case "queue-threshold":
			p.advance()
			l.QueueThr = uint32(p.count(1 << 16))
		case "flags":
			p.advance()
			p.logFlags(flags)
		default:
			w = ""
		}
		if w == "" {
			break
		}
		if given[w] && w != "flags" {
			p.failf(at, "%s is given twice", w)
		}
		given[w] = true
	}
	if p.failed {
		return nil
	}
	l.Span = p.since(from)
	for _, f := range logFlags {
		if flags[f] {
			l.Flags = append(l.Flags, f)
		}
	}
	if len(l.Flags) == len(logFlags) {
		l.Flags = []string{"all"}
	}
	switch {
	case l.Level == "audit" && len(given) > 1:
		p.failf(l.Span, "log level audit goes with no other option")
	case l.HasGroup && l.Level != "":
		p.failf(l.Span, "log has a group and a level: the one is for a program, the other for the kernel's log").Expected("one of them")
	case l.HasGroup && given["flags"]:
		p.failf(l.Span, "log has a group and flags: the one is for a program, the other for the kernel's log").Expected("one of them")
	case !l.HasGroup && (given["snaplen"] || given["queue-threshold"]):
		// nft takes these as a wish for group 0.
		l.HasGroup = true
	}
	if l.Level == "warn" {
		l.Level = "" // the default, unsaid in what nft prints
	}
	return l
}

// logFlags reads the flags behind the word flags.
func (p *ruleParser) logFlags(flags map[string]bool) {
	switch {
	case p.acceptWord("all"):
		for _, f := range logFlags {
			flags[f] = true
		}
	case p.acceptWord("tcp"):
		for _, f := range p.flags("a flag", "sequence", "options") {
			flags["tcp "+f] = true
		}
	case p.acceptWord("ip"):
		if !p.acceptWord("options") {
			p.near("a flag", "options")
		}
		flags["ip options"] = true
	case p.acceptWord("skuid"):
		flags["skuid"] = true
	case p.acceptWord("ether"):
		flags["ether"] = true
	default:
		p.near("a flag", "tcp sequence", "tcp options", "ip options", "skuid", "ether", "all")
	}
}

// logPrefix reads the text of a prefix, in which variables may stand.
func (p *ruleParser) logPrefix() string {
	const most = 127 // NF_LOG_PREFIXLEN is 128, with a NUL
	if p.tok.kind == tokVar {
		text := ""
		p.variable(func() ast.Expr {
			text = p.logPrefix()
			return nil
		})
		return text
	}
	if p.tok.kind != tokQuoted && p.tok.kind != tokWord && p.tok.kind != tokTime && p.tok.kind != tokWild {
		p.unexpected("a text in quotes")
		return ""
	}
	at := p.here()
	text := p.unquoted()
	if strings.IndexByte(text, '$') >= 0 {
		text = p.interpolate(text)
	}
	if len(text) > most {
		p.failf(at, "the prefix is %d bytes long", len(text)).Expected("at most %d", most)
	}
	p.advance()
	return text
}

// interpolate replaces the variables in a text by their values.
func (p *ruleParser) interpolate(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		n := i + 1
		for n < len(text) && (class[text[n]]&(isDigit|isLetter) != 0 || text[n] == '_') {
			n++
		}
		d := p.sc.define(text[i+1 : n])
		if d == nil {
			e := grammar.Errorf(p.here(), "unknown variable $%s in the text", clip(text[i+1:n])).Expected("one that a define gives a value")
			e.Hint = grammar.Near(text[i+1:n], p.sc.defineNames())
			p.fail(e)
			return ""
		}
		b.WriteString(strings.Trim(d.text, " \t\""))
		text = text[n:]
	}
}
