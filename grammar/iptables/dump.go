package iptables

import (
	"regexp"
	"strings"
)

// expansion is what a shell would replace in a line.
var expansion = regexp.MustCompile("\\$[({]|(^|[\\s,=/:])\\$[A-Za-z_]|`")

// isDump reports whether a text is what iptables -S prints: command lines
// without the command's name, and nothing else. What a shell would have to read
// is a script.
func isDump(text string) bool {
	any := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case len(line) < 2 || line[0] != '-' || strings.HasSuffix(line, `\`):
			return false
		default:
			if !isCommandOption(strings.Fields(line)[0]) {
				return false
			}
			any = true
		}
	}
	return any && !expansion.MatchString(text)
}

// dump reads the lines of iptables -S, of table filter unless -t says another.
func (s *script) dump() {
	var lines []lineSpan
	plain := true
	for ls := range eachLine(s.f.Text) {
		line := s.f.Text[ls.from:ls.to]
		if line[0] == '#' {
			continue
		}
		lines = append(lines, ls)
		plain = plain && !strings.Contains(line, " -t") && !strings.Contains(line, " --t")
	}
	f := modelFamily(s.f.Family)
	for _, ls := range lines {
		s.f.sources = append(s.f.sources, source{from: ls.from, to: ls.to, family: f, form: formDump, runs: 1})
	}
	r := s.f.newReader("filter", s.isChain(f))
	r.p.family, r.p.restore = f, false
	for len(lines) > 0 {
		if plain && !s.slow && isAppend(s.f.Text[lines[0].from:lines[0].to]) {
			// what -S prints first, -P and -N, is done; the rules remain
			n := 1
			for n < len(lines) && isAppend(s.f.Text[lines[n].from:lines[n].to]) {
				n++
			}
			if n == len(lines) {
				tb := s.x.table(f, "filter", s.f.span(lines[0].from, lines[n-1].to))
				s.f.saveRules(s.x.builder, tb, lines)
				break
			}
		}
		if line := r.parseLine(lines[0]); line != nil {
			s.x.apply(r.p.ctx, line, certainly)
		}
		lines = lines[1:]
	}
	s.f.Errors = append(s.f.Errors, r.p.errs...)
}
