package shell

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/ctlint/ctlint/ast"
)

// builtins are the commands that the machine carries out itself: those of the
// shell, and the programs whose output scripts build their words of.
var builtins map[string]func(*machine, *call) flow

func init() {
	builtins = map[string]func(*machine, *call) flow{
		":":        func(m *machine, _ *call) flow { m.status = Yes; return flow{} },
		"true":     func(m *machine, _ *call) flow { m.status = Yes; return flow{} },
		"false":    func(m *machine, _ *call) flow { m.status = No; return flow{} },
		"test":     (*machine).test,
		"[":        (*machine).test,
		"exit":     func(m *machine, k *call) flow { return flow{kind: flowExit} },
		"return":   (*machine).returns,
		"break":    func(m *machine, k *call) flow { return flow{flowBreak, k.count()} },
		"continue": func(m *machine, k *call) flow { return flow{flowContinue, k.count()} },
		"shift":    (*machine).shift,
		"set":      (*machine).setBuiltin,
		"unset":    (*machine).unset,
		"export":   (*machine).declWords,
		"readonly": (*machine).declWords,
		"local":    (*machine).declWords,
		"declare":  (*machine).declWords,
		"typeset":  (*machine).declWords,
		"read":     (*machine).read,
		"getopts":  (*machine).getopts,
		"mapfile":  (*machine).mapfile, "readarray": (*machine).mapfile,
		"let":    (*machine).let,
		"eval":   (*machine).eval,
		"trap":   (*machine).trap,
		"echo":   (*machine).echo,
		"printf": (*machine).printf,
		"cat":    (*machine).cat,
		"tee":    (*machine).tee,
		"seq":    (*machine).seq,
		"which":  (*machine).which,
		"type":   (*machine).which,
		"hash":   (*machine).which,
		"sh":     (*machine).sh, "bash": (*machine).sh, "dash": (*machine).sh, "ash": (*machine).sh, "ksh": (*machine).sh,
		"/bin/sh": (*machine).sh, "/bin/bash": (*machine).sh, "su": (*machine).sh,
	}
	for name, p := range prefixes {
		builtins[name] = func(m *machine, k *call) flow { return m.prefix(k, p) }
	}
}

// prefix is a command that runs another one.
type prefix struct {
	options string // the letters of its options that have an argument
	assigns bool   // takes NAME=value before the command
	words   int    // how many words of its own stand before the command
	exits   bool   // does not come back
	lookup  bool   // with -v, only says where the command is
}

var prefixes = map[string]prefix{
	"sudo":    {options: "ugpCchrRtT", assigns: true},
	"doas":    {options: "uC"},
	"env":     {options: "uCS", assigns: true},
	"exec":    {options: "a", exits: true},
	"command": {lookup: true},
	"builtin": {},
	"nohup":   {},
	"setsid":  {},
	"nice":    {options: "n"},
	"ionice":  {options: "cnp"},
	"timeout": {options: "ks", words: 1},
	"chronic": {},
}

func (m *machine) prefix(k *call, p prefix) flow {
	i := 1
	for ; i < len(k.args); i++ {
		w, ok := k.args[i].text.Known()
		if !ok {
			break
		}
		if len(w) > 1 && w[0] == '-' {
			if p.lookup && (w == "-v" || w == "-V") {
				return m.which(k)
			}
			if w == "--" {
				i++
				break
			}
			if len(w) == 2 && strings.Contains(p.options, w[1:]) {
				i++
			}
			continue
		}
		if n, _, ok := strings.Cut(w, "="); ok && p.assigns && syntax.ValidName(n) {
			continue
		}
		break
	}
	if i += p.words; i >= len(k.args) {
		m.status = Yes
		return flow{}
	}
	f := m.run(k.from(i), false)
	if p.exits && f.kind == flowNext {
		f.kind = flowExit
	}
	return f
}

// arg returns the argument of that number, from 1, if it is known.
func (k *call) arg(i int) (string, bool) {
	if i >= len(k.args) {
		return "", false
	}
	return k.args[i].text.Known()
}

// count is the argument of break and continue.
func (k *call) count() int {
	s, _ := k.arg(1)
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func (m *machine) test(k *call) flow {
	args := k.args[1:]
	if k.name() == "[" {
		if len(args) == 0 || args[len(args)-1].text.String() != "]" {
			m.status = No
			return flow{}
		}
		args = args[:len(args)-1]
	}
	m.status = m.testArgs(args)
	return flow{}
}

func (m *machine) returns(k *call) flow {
	if len(k.args) > 1 {
		m.status = Maybe
		if s, ok := k.arg(1); ok {
			m.status = statusOf(s == "0")
		}
	}
	return flow{kind: flowReturn}
}

func (m *machine) shift(k *call) flow {
	list, ok := m.params()
	m.status = Yes
	if !ok {
		return flow{}
	}
	n := 1
	if len(k.args) > 1 {
		s, _ := k.arg(1)
		var err error
		if n, err = strconv.Atoi(s); err != nil || n < 0 {
			m.set(paramsName, nil)
			return flow{}
		}
	}
	if n > len(list) {
		m.status = No
		return flow{}
	}
	m.setParams(list[n:])
	return flow{}
}

// setBuiltin runs set: its words after the options become the parameters.
func (m *machine) setBuiltin(k *call) flow {
	m.status = Yes
	i := 1
	for ; i < len(k.args); i++ {
		w, ok := k.arg(i)
		if !ok || !strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "+") {
			break
		}
		if w == "--" || w == "-" {
			i++
			m.setArgs(k.args[i:])
			return flow{}
		}
		if w == "-o" || w == "+o" {
			i++
		}
	}
	if i < len(k.args) {
		m.setArgs(k.args[i:])
	}
	return flow{}
}

func (m *machine) setArgs(args []field) {
	list := make([]Text, len(args))
	for i, a := range args {
		if a.multi {
			m.set(paramsName, nil)
			return
		}
		list[i] = a.text
	}
	m.setParams(list)
}

func (m *machine) unset(k *call) flow {
	for i := 1; i < len(k.args); i++ {
		w, ok := k.arg(i)
		switch {
		case !ok || w == "-v":
		case w == "-f":
			return flow{}
		default:
			m.set(w, &variable{unset: true})
		}
	}
	m.status = Yes
	return flow{}
}

// declWords runs export and its like where the language does not know them as
// words of its own.
func (m *machine) declWords(k *call) flow {
	for i := 1; i < len(k.args); i++ {
		t := k.args[i].text
		if len(t) == 0 || t[0].Unknown != nil {
			continue
		}
		name, value, has := strings.Cut(t[0].Text, "=")
		if !syntax.ValidName(name) {
			continue
		}
		if k.name() == "local" && len(m.active) > 0 {
			m.locals = append(m.locals, change{name, m.vars[name]})
		}
		if has {
			rest := slices.Clone(t)
			rest[0] = Piece{Span: rest[0].Span, Text: value}
			m.set(name, &variable{text: m.bounded(name, rest)})
		}
	}
	m.status = Yes
	return flow{}
}

// read sets variables from a line of what the script gives it to read.
func (m *machine) read(k *call) flow {
	var names []ast.Span
	var words []string
	array := false
	for i := 1; i < len(k.args); i++ {
		w, ok := k.arg(i)
		switch {
		case !ok:
		case len(w) == 2 && strings.Contains("-d-i-n-N-p-t-u", w):
			i++
		case w == "-a":
			array = true
		case strings.HasPrefix(w, "-"):
		default:
			words, names = append(words, w), append(names, k.args[i].Span)
		}
	}
	if len(words) == 0 {
		words, names = []string{"REPLY"}, []ast.Span{k.Span}
	}
	if m.in != nil && m.in.known {
		if len(m.in.lines) == 0 {
			m.status = No
			return flow{}
		}
		line := m.in.lines[0]
		s, ok := line.Known()
		if ok && !array {
			m.in.lines = m.in.lines[1:]
			m.readLine(words, line, s)
			m.status = Yes
			return flow{}
		}
	}
	for i, w := range words {
		u := m.unknown("$"+w, names[i], "$"+w, "$"+w+" is read when the script runs, so its value is not known")
		m.set(w, &variable{text: Text{{Span: names[i], Text: "$" + w, Unknown: u}}})
	}
	m.status = Maybe
	return flow{}
}

// readLine splits a line between the variables; the last one gets the rest.
func (m *machine) readLine(names []string, line Text, s string) {
	at := NewMap(line).Span(0, len(s))
	ifs := m.ifs()
	blanks := ""
	for _, c := range ifs {
		if c == ' ' || c == '\t' || c == '\n' {
			blanks += string(c)
		}
	}
	s = strings.Trim(s, blanks)
	for i, n := range names {
		v := s
		if i+1 < len(names) {
			if j := strings.IndexAny(s, ifs); j >= 0 && ifs != "" {
				v = s[:j]
				s = strings.TrimLeft(s[j:], blanks)
				if s != "" && strings.Contains(ifs, s[:1]) && !strings.Contains(blanks, s[:1]) {
					s = strings.TrimLeft(s[1:], blanks)
				}
			} else {
				s = ""
			}
		}
		m.set(n, &variable{text: known(at, v)})
	}
}

func (m *machine) getopts(k *call) flow {
	if w, ok := k.arg(2); ok {
		m.set(w, m.unknownVar(w, "$"+w+" is an option that is given when the script is started"))
		m.set("OPTARG", m.unknownVar("OPTARG", "$OPTARG is given when the script is started"))
	}
	m.status = Maybe
	return flow{}
}

func (m *machine) mapfile(k *call) flow {
	name := "MAPFILE"
	if w, ok := k.arg(len(k.args) - 1); ok && len(k.args) > 1 && syntax.ValidName(w) {
		name = w
	}
	m.status = Yes
	if m.in != nil && m.in.known {
		m.set(name, &variable{array: true, list: slices.Clone(m.in.lines)})
		return flow{}
	}
	m.set(name, m.unknownVar(name, "$"+name+" is read when the script runs, so its value is not known"))
	return flow{}
}

func (m *machine) let(k *call) flow {
	m.status = Maybe
	for i := 1; i < len(k.args); i++ {
		w, _ := k.arg(i)
		if name, _, ok := strings.Cut(strings.TrimRight(w, "+-*/%&|^<>"), "="); ok && syntax.ValidName(name) {
			m.set(name, m.unknownVar(name, "the value of $"+name+" depends on what only the running system knows"))
		}
	}
	return flow{}
}

// eval runs its words as a command line of their own.
func (m *machine) eval(k *call) flow {
	var t Text
	for i, a := range k.args[1:] {
		if i > 0 {
			t = append(t, Piece{Span: a.Span, Text: " "})
		}
		t = append(t, a.text...)
	}
	return m.script(t)
}

// sh runs sh -c 'commands'.
func (m *machine) sh(k *call) flow {
	for i := 1; i+1 < len(k.args); i++ {
		w, ok := k.arg(i)
		if !ok || !strings.HasPrefix(w, "-") {
			if k.name() == "su" {
				continue
			}
			break
		}
		if !strings.HasPrefix(w, "--") && strings.HasSuffix(w, "c") {
			m.subshell(func() flow { return m.script(k.args[i+1].text) })
			return flow{}
		}
	}
	if m.in != nil && m.in.known && len(k.args) == 1 {
		t := m.in.rest()
		in := m.in
		m.in = nil
		m.subshell(func() flow { return m.script(t) })
		m.in = in
		return flow{}
	}
	m.words = m.words[:0]
	for _, a := range k.args {
		m.words = append(m.words, Word{Span: a.Span, Text: a.text.String(), Unknown: a.text.unknowns()})
	}
	return m.program(k.Span, k.literal)
}

// trap keeps commands for later; they are read, but not on the way.
func (m *machine) trap(k *call) flow {
	if len(k.args) > 2 {
		m.deadRun(k.args[1].Span, func() { m.script(k.args[1].text) })
	}
	m.status = Yes
	return flow{}
}

// hiddenName begins the names of the variables for what is not known.
const hiddenName = "__unknown_"

// script runs a text that the script itself makes. What is not known of it
// stands in it as a variable.
func (m *machine) script(t Text) flow {
	m.status = Maybe
	if len(m.active)+m.nested >= maxCalls || !m.step(len(t)) {
		return flow{}
	}
	var text Text
	for _, p := range t {
		if p.Unknown != nil {
			name := hiddenName + strconv.Itoa(len(m.unknowns)) + "_" + strconv.Itoa(len(text))
			m.set(name, &variable{text: Text{p}})
			p = Piece{Span: p.Span, Text: "${" + name + "}"}
		}
		text = append(text, p)
	}
	mp := NewMap(text)
	if deep(mp.Text) {
		return flow{}
	}
	src := &source{text: mp.Text, plain: newPlain(mp.Text), m: mp}
	old := m.src
	m.nested++
	defer func() { m.src = old; m.nested-- }()
	m.status = Yes
	var end flow
	fault := statements(src.shell, syntax.LangBash, func(s *syntax.Stmt) bool {
		m.src = src
		end = m.stmt(s)
		return end.kind == flowNext
	})
	if fault != nil && len(t.unknowns()) == 0 {
		m.Fail(shellError(src, fault))
	}
	return end
}

func (m *machine) echo(k *call) flow {
	m.status = Yes
	if m.out == nil {
		return flow{}
	}
	args, newline, escapes := k.args[1:], true, false
	for len(args) > 0 {
		w, _ := args[0].text.Known()
		if w != "-n" && w != "-e" && w != "-ne" && w != "-en" && w != "-E" {
			break
		}
		newline = newline && !strings.Contains(w, "n")
		escapes = escapes || strings.Contains(w, "e")
		args = args[1:]
	}
	var t Text
	for i, a := range args {
		if i > 0 {
			t = append(t, Piece{Span: a.Span, Text: " "})
		}
		for _, p := range a.text {
			if escapes && p.Unknown == nil && strings.Contains(p.Text, `\`) {
				if s, _, err := expand.Format(nil, strings.ReplaceAll(p.Text, "%", "%%"), nil); err == nil {
					p.Text = s
				}
			}
			t = append(t, p)
		}
	}
	if newline {
		p := Piece{Text: "\n"}
		if n := len(t); n > 0 {
			p.From, p.To = t[n-1].To, t[n-1].To
		}
		t = append(t, p)
	}
	m.write(t)
	return flow{}
}

// printf writes its arguments as the format says; a format with more than %s
// and %d is not followed.
func (m *machine) printf(k *call) flow {
	m.status = Yes
	if w, _ := k.arg(1); w == "-v" {
		if name, ok := k.arg(2); ok {
			m.set(name, m.unknownVar(name, "the value of $"+name+" is known only when the script runs"))
		}
		return flow{}
	}
	if m.out == nil || len(k.args) < 2 {
		return flow{}
	}
	format, ok := k.arg(1)
	if !ok {
		m.unknownOutput(k)
		return flow{}
	}
	at := k.args[1].Span
	args := k.args[2:]
	var t Text
	for {
		used := 0
		for i := 0; i < len(format); {
			n := strings.IndexByte(format[i:], '%')
			if n < 0 {
				n = len(format) - i
			}
			if n > 0 {
				s, _, err := expand.Format(nil, format[i:i+n], nil)
				if err != nil {
					m.unknownOutput(k)
					return flow{}
				}
				t = append(t, known(at, s)...)
				i += n
				continue
			}
			verb := byte(0)
			if i+1 < len(format) {
				verb = format[i+1]
			}
			i += 2
			switch verb {
			case '%':
				t = append(t, known(at, "%")...)
			case 's', 'd', 'i', 'u':
				if len(args) > 0 {
					t = append(t, args[0].text...)
					args = args[1:]
					used++
				}
			default:
				m.unknownOutput(k)
				return flow{}
			}
		}
		if len(args) == 0 || used == 0 {
			break
		}
	}
	m.write(t)
	return flow{}
}

func (m *machine) unknownOutput(k *call) {
	if m.out != nil {
		m.out.unknown = true
		m.out.text = append(m.out.text, m.outputOf(k.Span))
	}
}

func (m *machine) cat(k *call) flow {
	m.status = Yes
	if len(k.args) == 1 || len(k.args) == 2 && k.args[1].text.String() == "-" {
		if m.in != nil && m.in.known {
			m.write(m.in.rest())
		} else {
			m.unknownOutput(k)
		}
		return flow{}
	}
	for i := 1; i < len(k.args); i++ {
		name, ok := k.arg(i)
		f, has := m.files[name]
		if !ok || !has {
			m.status = Maybe
			m.unknownOutput(k)
			return flow{}
		}
		m.loaded[name] = true
		m.write(f)
	}
	return flow{}
}

// tee writes what it reads into files as well.
func (m *machine) tee(k *call) flow {
	m.status = Yes
	if m.in == nil || !m.in.known {
		m.unknownOutput(k)
		return flow{}
	}
	t := m.in.rest()
	add := false
	for i := 1; i < len(k.args); i++ {
		name, ok := k.arg(i)
		switch {
		case !ok:
		case name == "-a" || name == "--append":
			add = true
		case m.dead > 0 || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/") || strings.HasPrefix(name, "/sys/"):
		case add:
			m.files[name] = append(m.files[name][:len(m.files[name]):len(m.files[name])], t...)
		default:
			m.files[name] = t
		}
	}
	m.write(t)
	return flow{}
}

func (m *machine) seq(k *call) flow {
	m.status = Yes
	var n []int
	for i := 1; i < len(k.args); i++ {
		s, _ := k.arg(i)
		x, err := strconv.Atoi(s)
		if err != nil || x > 1<<40 || x < -1<<40 {
			m.unknownOutput(k)
			return flow{}
		}
		n = append(n, x)
	}
	first, step, last := 1, 1, 0
	switch len(n) {
	case 1:
		last = n[0]
	case 2:
		first, last = n[0], n[1]
	case 3:
		first, step, last = n[0], n[1], n[2]
	}
	if m.out == nil {
		return flow{}
	}
	if len(n) == 0 || len(n) > 3 || step == 0 || (last-first)/step > maxWords {
		m.unknownOutput(k)
		return flow{}
	}
	var b strings.Builder
	for x := first; step > 0 && x <= last || step < 0 && x >= last; x += step {
		b.WriteString(strconv.Itoa(x))
		b.WriteByte('\n')
	}
	m.step(b.Len() >> 6)
	m.write(known(k.Span, b.String()))
	return flow{}
}

// which writes where a program is: command -v, type -p and hash too.
func (m *machine) which(k *call) flow {
	m.status = Maybe
	for i := 1; i < len(k.args); i++ {
		w, ok := k.arg(i)
		if !ok {
			break
		}
		if strings.HasPrefix(w, "-") {
			continue
		}
		if m.funcs[w] != nil || builtins[w] != nil || m.Installed(path.Base(w)) {
			m.status = Yes
			if k.name() != "type" || i > 1 {
				m.write(known(k.Span, w+"\n"))
				return flow{}
			}
		}
		break
	}
	m.unknownOutput(k)
	return flow{}
}
