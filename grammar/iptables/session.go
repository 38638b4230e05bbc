package iptables

import "strings"

// sessionCommands returns the text that the shell is to read: of a pasted
// terminal session only the commands, everything else being made blank; of
// anything else, the text itself.
func sessionCommands(text string) string {
	mark, ok := sessionMark(text)
	if !ok {
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
		n, isPrompt := Prompt(line)
		isPrompt = isPrompt && promptMark(line[:n]) == mark
		switch rest := strings.TrimLeft(line, " \t"); {
		case isPrompt:
			blank(at, at+n)
		case !more:
			blank(at, end)
		case strings.HasPrefix(rest, "> "): // a command goes on over a line's end
			blank(at, end-len(rest)+2)
		}
		more = (isPrompt || more) && strings.HasSuffix(strings.TrimRight(line, "\r\n"), `\`)
		at = end
	}
	return string(b)
}

// promptMark returns what tells the prompts of a session from other text: a lone
// # or $, or hostPrompt for one that names a host or a shell.
func promptMark(prompt string) string {
	if p := strings.TrimSpace(prompt); len(p) < 2 {
		return p
	}
	return hostPrompt
}

const hostPrompt = "host"

// sessionMark finds out whether a text is a pasted session, and what its prompts
// are. A # alone begins comments in a script, so it is a prompt only in a text
// that has no other comments, and no commands without it.
func sessionMark(text string) (mark string, ok bool) {
	marks := map[string]bool{}
	comments, commands := false, false
	for line := range strings.Lines(text) {
		at, ok := Prompt(line)
		switch rest := strings.TrimSpace(line); {
		case ok && isTool(command1(line[at:])):
			marks[promptMark(line[:at])] = true
		case strings.HasPrefix(rest, "#"):
			comments = true
		case isTool(command1(rest)):
			commands = true
		}
	}
	switch {
	case marks[hostPrompt]:
		return hostPrompt, true
	case marks["$"]:
		return "$", true
	}
	return "#", marks["#"] && !comments && !commands
}
