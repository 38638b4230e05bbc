package drivertest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// want is a finding that a fixture expects.
type want struct {
	file    string
	comment int // the line of the comment
	line    int // that it speaks of
	code    string
	re      *regexp.Regexp
	met     bool
}

var wantForm = regexp.MustCompile(`#\s*want\s(.*)$`)

// parseWants reads the want comments of a file. One that has its line for itself
// speaks of the next line that is neither empty nor a comment, as a save file
// takes no comment behind a rule; one behind something speaks of its own line;
// one with +N speaks of the Nth line below itself.
//
//	# want "nothing jumps to chain a" RD009 `jump to chain \w+`
//	# want +3 "..."
func parseWants(file, text, code string) ([]*want, error) {
	var out []*want
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		m := wantForm.FindStringSubmatchIndex(l)
		if m == nil {
			continue
		}
		rest := strings.TrimSpace(l[m[2]:m[3]])
		line := i + 1
		if strings.TrimSpace(l[:m[0]]) == "" {
			line = nextLine(lines, i)
		}
		if offset, more, ok := strings.Cut(rest, " "); ok && strings.HasPrefix(offset, "+") {
			n, err := strconv.Atoi(offset)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %q is no number of lines", file, i+1, offset)
			}
			line, rest = i+1+n, strings.TrimSpace(more)
		}
		ws, err := parsePatterns(rest, code)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
		for _, w := range ws {
			w.file, w.comment, w.line = file, i+1, line
			out = append(out, w)
		}
	}
	return out, nil
}

// nextLine returns the number of the next line with a rule below line i.
func nextLine(lines []string, i int) int {
	for k := i + 1; k < len(lines); k++ {
		if s := strings.TrimSpace(lines[k]); s != "" && s[0] != '#' {
			return k + 1
		}
	}
	return len(lines)
}

var codeForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*$`)

// parsePatterns reads what follows want: quoted regular expressions, each with
// the code of another check before it where it is not the tested one's.
func parsePatterns(s, code string) ([]*want, error) {
	var out []*want
	for own := code; s != ""; s = strings.TrimSpace(s) {
		if q, err := strconv.QuotedPrefix(s); err == nil {
			pattern, err := strconv.Unquote(q)
			if err != nil {
				return nil, err
			}
			re, err := regexp.Compile(pattern)
			if err != nil {
				return nil, err
			}
			out = append(out, &want{code: own, re: re})
			own, s = code, s[len(q):]
			continue
		}
		word, rest, _ := strings.Cut(s, " ")
		if !codeForm.MatchString(word) {
			return nil, fmt.Errorf("%q is neither a code nor a quoted regular expression", word)
		}
		own, s = word, rest
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("want what?")
	}
	return out, nil
}
