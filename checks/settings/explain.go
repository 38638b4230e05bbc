package settings

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/unit"
)

// Value is a setting with where it comes from.
type Value struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	// From is a place in the configuration, a flag, or "default".
	From string `json:"from"`
}

// Explain returns what holds, and where it comes from: for a file, or where that is
// empty for all.
func (s *Settings) Explain(file string) []Value {
	e := explainer{Settings: s, file: file}
	e.selection()
	e.add("min-severity", s.MinSeverity().String(), e.from("min-severity", "--min-severity", s.flags.MinSeverity != ""))
	failOn := "never"
	if x, ok := s.FailOn(); ok {
		failOn = x.String()
	}
	e.add("fail-on", failOn, e.from("fail-on", "--fail-on", s.flags.FailOn != ""))
	e.severities()
	e.options()
	e.form()
	e.list("exclude", s.File.Exclude)
	for i, p := range s.IncludePath() {
		from := "--include-path"
		if j := i - len(s.flags.IncludePath); j >= 0 {
			from = s.at(fmt.Sprintf("include-path[%d]", j))
		}
		e.add("include-path", p, from)
	}
	defines := s.Defines()
	for _, name := range slices.Sorted(maps.Keys(defines)) {
		_, flag := s.flags.Defines[name]
		e.add("define."+name, defines[name], e.from("define."+name, "--define", flag))
	}
	if b := s.Baseline(); b != "" {
		e.add("baseline", b, e.from("baseline", "--baseline", s.flags.Baseline != ""))
	}
	for i, h := range s.hosts {
		if file == "" || slices.Contains(h.Files, shown(file)) {
			e.add("host "+h.Name, strings.Join(h.Files, ", "), s.at(fmt.Sprintf("hosts[%d]", i)))
		}
	}
	for i, x := range s.File.Suppress {
		if r, ok := rel(s.Root, file); file == "" || len(x.Files) == 0 || ok && matchAny(x.Files, r) {
			e.add("suppress "+x.Check, x.Reason, s.at(fmt.Sprintf("suppress[%d]", i)))
		}
	}
	return e.values
}

type explainer struct {
	*Settings
	file   string
	values []Value
}

func (e *explainer) add(key, value, from string) {
	e.values = append(e.values, Value{key, value, from})
}

// at returns the place of a key in the file.
func (s *Settings) at(path string) string {
	if p, ok := s.places[path]; ok {
		return p.String()
	}
	return "default"
}

func (e *explainer) from(path, flag string, given bool) string {
	if given {
		return flag
	}
	return e.at(path)
}

func (e *explainer) list(path string, values []string) {
	for i, v := range values {
		e.add(path, v, e.at(fmt.Sprintf("%s[%d]", path, i)))
	}
}

// each calls f for each override that holds for the file; for all of them, if the
// question is about no file.
func (e *explainer) each(f func(path string, o override)) {
	for i, o := range e.overrides {
		path := fmt.Sprintf("overrides[%d]", i)
		if r, ok := rel(e.Root, e.file); e.file == "" || ok && matchAny(o.Files, r) {
			f(path, o)
		}
	}
}

// scope names the files of an override, where the question is about no file.
func (e *explainer) scope(o override) string {
	if e.file != "" {
		return ""
	}
	return " in " + strings.Join(o.Files, ", ")
}

func (e *explainer) selection() {
	anew := len(e.flags.Select) > 0
	switch {
	case anew:
		e.add("select", strings.Join(e.flags.Select, ", "), "--select")
	case len(e.File.Select) > 0:
		e.list("select", e.File.Select)
	default:
		e.add("select", "all that are on by default", "default")
	}
	for _, p := range e.flags.Ignore {
		e.add("ignore", p, "--ignore")
	}
	if !anew {
		e.list("ignore", e.File.Ignore)
	}
	e.each(func(path string, o override) {
		if !anew {
			for i, p := range o.Select {
				e.add("select"+e.scope(o), p, e.at(fmt.Sprintf("%s.select[%d]", path, i)))
			}
		}
		for i, p := range o.Ignore {
			e.add("ignore"+e.scope(o), p, e.at(fmt.Sprintf("%s.ignore[%d]", path, i)))
		}
	})
	var codes []string
	for _, c := range e.Checks() {
		if e.file == "" || e.Enabled(c, e.file) {
			codes = append(codes, c.Code)
		}
	}
	e.add("checks", strings.Join(codes, " "), "select and ignore")
}

func (e *explainer) severities() {
	for _, name := range slices.Sorted(maps.Keys(e.File.Severity)) {
		e.add("severity."+name, e.File.Severity[name].String(), e.at("severity."+name))
	}
	e.each(func(path string, o override) {
		for _, name := range slices.Sorted(maps.Keys(o.Severity)) {
			e.add("severity."+name+e.scope(o), o.Severity[name].String(), e.at(path+".severity."+name))
		}
	})
}

func (e *explainer) options() {
	base := config.Default()
	late, lateFrom := base.LateEstablished, "default"
	ports, portsFrom := base.ManagementPorts, "default"
	take := func(path string, o Options) {
		if o.LateEstablished != nil {
			late, lateFrom = *o.LateEstablished, e.at(path+".late-established")
		}
		if o.ManagementPorts != nil {
			ports, portsFrom = o.ManagementPorts, e.at(path+".management-ports")
		}
	}
	take("options", e.File.Options)
	if e.file != "" {
		e.each(func(path string, o override) { take(path+".options", o.Options) })
	}
	e.add("options.late-established", strconv.Itoa(late), lateFrom)
	e.add("options.management-ports", strings.Trim(fmt.Sprint(ports), "[]"), portsFrom)
	if e.file == "" {
		e.each(func(path string, o override) {
			if o.Options.LateEstablished != nil {
				e.add("options.late-established"+e.scope(o), strconv.Itoa(*o.Options.LateEstablished), e.at(path+".options.late-established"))
			}
			if o.Options.ManagementPorts != nil {
				e.add("options.management-ports"+e.scope(o), strings.Trim(fmt.Sprint(o.Options.ManagementPorts), "[]"), e.at(path+".options.management-ports"))
			}
		})
	}
}

// form says how a file is read.
func (e *explainer) form() {
	for _, f := range []struct {
		key, flag string
		of        func(*Override) string
	}{
		{"dialect", e.flags.Dialect, func(o *Override) string { return o.Dialect }},
		{"family", e.flags.Family, func(o *Override) string { return o.Family }},
	} {
		value, from := "found out from the text", "default"
		for i, h := range e.hosts {
			if x := e.File.Hosts[i].Family; f.key == "family" && x != "" && slices.Contains(h.Files, shown(e.file)) {
				value, from = x, e.at(fmt.Sprintf("hosts[%d].family", i))
			}
		}
		e.each(func(path string, o override) {
			if x := f.of(o.Override); x != "" {
				if e.file == "" {
					e.add(f.key+e.scope(o), x, e.at(path+"."+f.key))
				} else {
					value, from = x, e.at(path+"."+f.key)
				}
			}
		})
		if f.flag != "" {
			value, from = f.flag, "--"+f.key
		}
		if e.file != unit.Stdin {
			e.add(f.key, value, from)
		}
	}
}
