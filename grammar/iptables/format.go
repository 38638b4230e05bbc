package iptables

import (
	"strconv"
	"strings"
)

// Format returns the file in the form that iptables-save prints, with its
// comments; nil if a line of it could not be loaded (see Errors). For a listing
// and for command lines it is the save file that they amount to, and nil if they
// do not tell all of its rules, or those of both families.
func (f *File) Format() []byte {
	for _, e := range f.Errors {
		if !e.Kind.Loads() {
			return nil
		}
	}
	switch f.Dialect {
	case Listing:
		return f.formatListing()
	case Commands:
		return f.formatCommands()
	default:
	}
	return f.formatSave()
}

// formatSave prints a save file without errors in iptables-save's form, line by
// line. Comments stay where they are, and of several blank lines one.
func (f *File) formatSave() []byte {
	out := make([]byte, 0, len(f.Text)+len(f.Text)/8)
	var r *reader
	blank := false
	section := 0
	for at := 0; at < len(f.Text); {
		from, to, next := nextLine(f.Text, at)
		at = next
		line := f.Text[from:to]
		if line == "" {
			blank = len(out) > 0
			continue
		}
		if blank {
			out, blank = append(out, '\n'), false
		}
		switch {
		case line[0] == '#' || line == "COMMIT":
			out = append(append(out, line...), '\n')
		case line[0] == '*':
			r = f.newReader(f.sections[section].table, f.sections[section].isChain)
			section++
			out = append(append(append(out, '*'), strings.TrimSpace(line[1:])...), '\n')
		case line[0] == ':':
			out = append(appendChain(out, line), '\n')
		default:
			if l := r.parseLine(lineSpan{uint32(from), uint32(to)}); l.Ignored {
				out = append(append(out, line...), '\n') // it is for the other family
			} else {
				out = appendLine(out, l)
			}
		}
	}
	return out
}

// appendChain prints a chain's line: :NAME POLICY [packets:bytes].
func appendChain(b []byte, line string) []byte {
	fields := strings.Fields(line[1:])
	if len(fields) == 2 {
		fields = append(fields, "[0:0]")
	}
	return append(append(b, ':'), strings.Join(fields, " ")...)
}

// verbLetters are the commands as iptables -S and save files write them.
var verbLetters = map[verb]string{
	verbNone: "-A", verbAppend: "-A", verbInsert: "-I", verbDelete: "-D", verbReplace: "-R", verbCheck: "-C", verbNew: "-N",
	verbDeleteChain: "-X", verbPolicy: "-P", verbFlush: "-F", verbZero: "-Z", verbRename: "-E", verbList: "-L", verbListRules: "-S",
}

// appendVerb prints the command of a line with what belongs to it.
func appendVerb(b []byte, line *Line) []byte {
	b = append(b, verbLetters[line.Verb]...)
	if line.Chain.Text != "" {
		b = append(append(b, ' '), line.Chain.Text...)
	}
	if line.Num > 0 {
		b = strconv.AppendInt(append(b, ' '), int64(line.Num), 10)
	}
	if line.Name.Text != "" {
		b = append(append(b, ' '), line.Name.Text...)
	}
	return b
}
