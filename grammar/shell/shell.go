// Package shell reads shell scripts for the commands in them. It runs a script
// as far as the script's own text says what it does: variables, loops,
// functions, conditions and here-documents are followed, and no command is
// ever started. What only the running system knows (the output of a command,
// the environment, what is read from a file) stays as a word that is not known,
// with its place.
//
// A script that decides by what is not known is read on all of its ways: see
// [Command.Live] and [Command.Sure].
package shell

import (
	"slices"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// Config is a script to be read, and who is told of what is in it.
type Config struct {
	// Text is the script; its first byte has position Base.
	Text string
	Base uint32
	// Shell, if not empty, is Text with what is not shell in it (prompts of a
	// pasted session, output) made blank: as long, byte for byte.
	Shell string
	// Command is called for each command in the order in which the script
	// runs them, but for functions and what the shell itself does. It says
	// whether the command succeeds. The Command is valid during the call.
	Command func(*Command) Status
	// Installed reports whether a program is taken to be there, so that
	// "which" finds it.
	Installed func(name string) bool
	// Fail is told what is wrong with the script.
	Fail func(*grammar.Error)
}

// Status is how a command ends, or whether a condition holds.
type Status uint8

// The statuses: Maybe is one that only the running system knows.
const (
	Maybe Status = iota
	Yes
	No
)

// Not returns the opposite status.
func (s Status) Not() Status {
	switch s {
	case Yes:
		return No
	case No:
		return Yes
	default:
		return Maybe
	}
}

func statusOf(ok bool) Status {
	if ok {
		return Yes
	}
	return No
}

// Command is a command that a script runs, its words expanded.
type Command struct {
	ast.Span // from its first word to its last
	Words    []Word
	// Live says that the script gets here when the system starts it: not a
	// branch that its own text rules out, a stop branch, or what stands after
	// an exit.
	Live bool
	// Sure says that this depends on nothing that only the running system
	// knows.
	Sure bool
	// Guarded says that the script is prepared for the command's failure: its
	// status is looked at, or its complaints are thrown away.
	Guarded bool
	// Repeats says that the command stands in a loop or a function, so that
	// it may come again.
	Repeats bool
	// Literal says that all words stand in the script as they are, perhaps in
	// quotes.
	Literal bool
	// Loose says that the command is a line of a text that the shell does not
	// understand as a whole, so that it may be none.
	Loose bool
	in    *stream
	m     *machine

	// Enough may be set by the callee to say that no loop and no function is
	// to be followed any further.
	Enough bool
	// Reread may be set by the callee to have the lines of the command's words
	// read one by one: a quote has swallowed commands.
	Reread bool
}

// Stdin returns what the command reads, if the script itself has it: a
// here-document, the output of echo or cat before a pipe, a file that the
// script has written.
func (c *Command) Stdin() (Text, bool) {
	if c.in == nil || !c.in.known {
		return nil, false
	}
	return c.in.rest(), true
}

// From returns the file that the command reads, where the script has not
// written it itself; the zero Word for none.
func (c *Command) From() Word {
	if c.in == nil {
		return Word{}
	}
	return c.in.file
}

// Open returns what the script has written into a file.
func (c *Command) Open(name string) (Text, bool) {
	t, ok := c.m.files[name]
	if ok {
		c.m.loaded[name] = true
	}
	return t, ok
}

// Word is a word of a command, expanded.
type Word struct {
	ast.Span // where it stands in the command, also if a variable gives it
	Text     string
	// Unknown is what only the running system knows of the word; Text is then
	// as in the script.
	Unknown []*Unknown
}

// Unknown is something in a script that only the running system knows. There
// is one for each variable and each substitution.
type Unknown struct {
	ast.Span // where it comes up first
	// Text is its source: $LAN, $(hostname).
	Text string
	// Msg says what it is and why it is not known.
	Msg string
}

// Run reads a script.
func Run(c Config) *Script {
	m := &machine{
		Config:   c,
		vars:     map[string]*variable{},
		funcs:    map[string]*function{},
		unknowns: map[string]*Unknown{},
		files:    map[string]Text{},
		loaded:   map[string]bool{},
		deadSeen: map[uint32]bool{},
	}
	m.file()
	return &Script{files: m.files, loaded: m.loaded}
}

// Script is a script that has been read.
type Script struct {
	files  map[string]Text
	loaded map[string]bool
}

// Written returns the names of the files that the script writes with echo, cat
// and their like, and does not itself read again, in order.
func (s *Script) Written() []string {
	var names []string
	for n := range s.files {
		if !s.loaded[n] {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// File returns what the script has written into a file.
func (s *Script) File(name string) Text { return s.files[name] }

// Words reads the words of a command that are all literal; base is the position
// of the text's first byte.
func Words(text string, base uint32) []Word {
	if out, ok := plainWords(text, base); ok {
		return out
	}
	var out []Word
	Run(Config{
		Text: text, Base: base,
		Command: func(c *Command) Status {
			if out == nil {
				out = slices.Clone(c.Words)
			}
			return Yes
		},
		Installed: func(string) bool { return false },
		Fail:      func(*grammar.Error) {},
	})
	return out
}

// plainWords splits a text into words, if nothing in it but blanks and quotes
// means anything to the shell.
func plainWords(text string, base uint32) (out []Word, ok bool) {
	if strings.ContainsAny(text, "\\$`|&;<>(){}#~*?[\n\r\x00") {
		return nil, false
	}
	for at := 0; at < len(text); {
		c := text[at]
		if c == ' ' || c == '\t' {
			at++
			continue
		}
		from, skip, end := at, 0, at
		if c == '"' || c == '\'' {
			skip = 1
			if end = strings.IndexByte(text[at+1:], c); end < 0 {
				return nil, false
			}
			end += at + 2
		} else {
			for end < len(text) && text[end] != ' ' && text[end] != '\t' && text[end] != '"' && text[end] != '\'' {
				end++
			}
		}
		if end < len(text) && text[end] != ' ' && text[end] != '\t' {
			return nil, false // a word of several parts
		}
		out = append(out, Word{Span: ast.Span{From: base + uint32(from), To: base + uint32(end)}, Text: text[from+skip : end-skip]})
		at = end
	}
	return out, len(out) > 0
}
