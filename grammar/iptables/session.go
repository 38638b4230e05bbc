package iptables

import (
	"regexp"
	"strings"
)

// The prompts of pasted terminal sessions: user@host:dir#, [user@host dir]$,
// bash-5.2#, and the bare $ of documentation.
var (
	prompt     = regexp.MustCompile(`^[ \t]*(?:\([^()\n]*\) ?)?(?:\[[^\]\n]{1,100}\]|[\w.-]+@[\w.-]+[^#$%>\n]{0,100}|(?:ba|da|z|k|a)?sh-[\d.]+) ?[#$%>] ?`)
	barePrompt = regexp.MustCompile(`^[ \t]*\$ +`)
	hashPrompt = regexp.MustCompile(`^[ \t]*# *((?:sudo +)?(?:/\S*/)?ip6?tables(?:-restore)?(?:-legacy|-nft)? +-)`)
	ourCommand = regexp.MustCompile(`^[ \t]*(?:sudo +)?(?:/\S*/)?ip6?tables(?:-\w+)* `)
)

// sessionCommands returns the text that the shell is to read: of a pasted
// terminal session only the commands, everything else being made blank; of
// anything else, the text itself.
func sessionCommands(text string) string {
	style := sessionStyle(text)
	if style == nil {
		return text
	}
	b := []byte(text)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	at, more := 0, false
	for line := range strings.Lines(text) {
		end := at + len(line)
		n := style(line)
		switch {
		case n > 0:
			blank(at, at+n)
		case more: // the rest of a command that goes on over a line's end
			if rest := strings.TrimLeft(line, " \t"); strings.HasPrefix(rest, "> ") {
				n := len(line) - len(rest) + 2
				blank(at, at+n)
			}
		default:
			blank(at, end)
		}
		more = (n > 0 || more) && strings.HasSuffix(strings.TrimRight(line, "\r\n"), `\`)
		at = end
	}
	return string(b)
}

// sessionStyle returns what finds the length of a line's prompt, 0 for none; nil
// if the text is no session.
func sessionStyle(text string) func(line string) int {
	length := func(re *regexp.Regexp) func(string) int {
		return func(line string) int { return len(re.FindString(line)) }
	}
	strong, bare, hash, comments, commands := false, false, false, false, false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case prompt.MatchString(line):
			strong = strong || ourCommand.MatchString(line[len(prompt.FindString(line)):])
		case barePrompt.MatchString(line):
			bare = bare || ourCommand.MatchString(line[len(barePrompt.FindString(line)):])
		case hashPrompt.MatchString(line):
			hash = true
		case strings.HasPrefix(trimmed, "#"):
			comments = true
		case ourCommand.MatchString(line):
			commands = true
		}
	}
	switch {
	case strong:
		return length(prompt)
	case bare:
		return length(barePrompt)
	case hash && !comments && !commands:
		// Commands behind # are comments, unless nothing else is there.
		return func(line string) int {
			if m := hashPrompt.FindStringSubmatchIndex(line); m != nil {
				return m[2]
			}
			return 0
		}
	}
	return nil
}
