package iptables

import (
	"path"
	"regexp"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Prompt splits a line that was copied from a terminal into the shell's prompt
// and what was typed behind it: "root@host:~# iptables -L", "$ sudo iptables -L".
// A lone # or $ is a prompt only before a command of iptables, as it may also
// begin a comment. It returns where the command begins in the line; ok is false
// if the line has no prompt.
func Prompt(line string) (at int, ok bool) {
	end := strings.IndexAny(line, "#$%>")
	if end < 0 {
		return 0, false
	}
	host := strings.TrimSpace(line[:end])
	at = end + 1
	for at < len(line) && isSpace(line[at]) {
		at++
	}
	switch {
	case host == "":
		return at, at > end+1 && isTool(command1(line[at:]))
	case host[0] == '[' && strings.HasSuffix(host, "]"): // [root@host ~]#
		return at, true
	case strings.ContainsAny(host, " \t\"'=;|&()"):
		return 0, false
	case shellPrompt.MatchString(host): // bash-5.2#
		return at, true
	}
	// user@host:~# or host:~#
	_, host, named := strings.Cut(host, "@")
	return at, named && host != ""
}

// command1 returns the program that a command line runs: its first word, behind
// sudo and settings of variables, without its folder.
func command1(command string) string {
	for w := range strings.FieldsSeq(command) {
		if w == "sudo" || w == "doas" || strings.Contains(w, "=") && !strings.HasPrefix(w, "-") {
			continue
		}
		return path.Base(w)
	}
	return ""
}

// shellPrompt is the prompt of a shell without settings, but for its # or $.
var shellPrompt = regexp.MustCompile(`^(ba|da|z|k|a)?sh-[\d.]+$`)

// isTool reports whether a program is one of iptables.
func isTool(program string) bool { return tools[program].kind != toolNone }

// listCommand is a command whose output is a listing.
type listCommand struct {
	family ast.Family
	table  string
	at     int // where the table's name stands in the line, -1 if nowhere
}

// parseListCommand reads a command line of iptables, without its prompt. list is
// false if it is one that does not list, tool if it is none of iptables.
func parseListCommand(line string) (c listCommand, list, tool bool) {
	program := command1(line)
	t := tools[program]
	if t.kind != toolRules {
		return c, false, t.kind != toolNone
	}
	c = listCommand{family: t.family, table: "filter", at: -1}
	at := strings.Index(line, program) + len(program)
	wantTable := false
	for at < len(line) {
		for at < len(line) && isSpace(line[at]) {
			at++
		}
		from := at
		for at < len(line) && !isSpace(line[at]) {
			at++
		}
		w := line[from:at]
		setTable := func(s string) {
			c.table, c.at, wantTable = s, at-len(s), false
		}
		switch {
		case wantTable:
			setTable(w)
		case w == "|" || w == ">" || w == ";" || w == "&&" || w == "2>&1":
			return c, list, true
		case w == "--list":
			list = true
		case w == "--table":
			wantTable = true
		case strings.HasPrefix(w, "--table="):
			setTable(strings.TrimPrefix(w, "--table="))
		case len(w) > 1 && w[0] == '-' && w[1] != '-':
			if i := strings.IndexByte(w, 't'); i > 0 {
				if wantTable = i+1 == len(w); !wantTable {
					setTable(w[i+1:])
				}
				w = w[:i]
			}
			list = list || strings.Contains(w, "L")
		}
	}
	return c, list, true
}
