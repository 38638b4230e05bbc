package settings

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/config"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/syntax"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
)

// Flags are what a command line says. It wins over the file.
type Flags struct {
	// Select chooses anew: the file's select and ignore then do not matter.
	Select []string
	// Ignore is added to the file's.
	Ignore      []string
	MinSeverity string // empty if it is not given
	FailOn      string
	Dialect     string
	Family      string
	IncludePath []string
	Defines     map[string]string
	Baseline    string
}

// Settings are what holds for a run: of a file, of flags, and the defaults. They
// may be used by several goroutines.
type Settings struct {
	// File is what the configuration file holds; never nil.
	File *File
	// Name is the configuration file's name; empty if there is none.
	Name string
	// Root is the folder that the file's patterns and paths are relative to.
	Root  string
	flags Flags

	places    map[string]Place
	checks    []*check.Check // all that there are
	base      map[*check.Check]bool
	severity  map[*check.Check]check.Severity
	overrides []override
	hosts     []unit.Host
	text      string
	used      usage
}

// override is an [Override] with its checks found.
type override struct {
	*Override
	selected, ignored map[*check.Check]bool
	severity          map[*check.Check]check.Severity
}

// Find returns the configuration that holds in a folder: the file [Name] in it or in
// the nearest folder above; empty if there is none.
func Find(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		name := filepath.Join(dir, Name)
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return name, nil
		}
		if up := filepath.Dir(dir); up != dir {
			dir = up
			continue
		}
		return "", nil
	}
}

// Load reads a configuration and adds the flags. An empty name is that of none. The
// checks are all that there are, but for that of syntax errors.
func Load(name string, flags Flags, checks []*check.Check) (*Settings, error) {
	var text []byte
	if name != "" {
		var err error
		if text, err = os.ReadFile(name); err != nil {
			return nil, fmt.Errorf("reading the configuration: %w", err)
		}
	}
	return Parse(name, text, flags, checks)
}

// Parse does what [Load] does, of a text.
func Parse(name string, text []byte, flags Flags, checks []*check.Check) (*Settings, error) {
	s := &Settings{File: &File{}, text: string(text), flags: flags, checks: append(slices.Clip(checks), syntax.Check)}
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	s.Root = filepath.Dir(abs)
	if name == "" {
		s.Root = abs
	}
	s.Name = shown(name)
	if s.places, err = decode(s.Name, text, s.File); err != nil {
		return nil, err
	}
	if err := errors.Join(s.resolve()...); err != nil {
		return nil, err
	}
	return s, s.choose()
}

// shown returns a file's name as people want to see it: relative, where that is
// shorter.
func shown(name string) string {
	cwd, err := os.Getwd()
	if err != nil || !filepath.IsAbs(name) {
		return name
	}
	if r, err := filepath.Rel(cwd, name); err == nil && len(r) < len(name) {
		return r
	}
	return name
}

func (s *Settings) errorf(path, format string, args ...any) error {
	return &Error{s.places[path], fmt.Sprintf(format, args...)}
}

// resolve finds what the file names: checks and files. The errors are at their
// places.
func (s *Settings) resolve() []error {
	var errs []error
	chosen := func(path string, patterns []string) map[*check.Check]bool {
		out := map[*check.Check]bool{}
		for i, p := range patterns {
			found, err := driver.Chosen(s.checks, []string{p})
			if err != nil {
				errs = append(errs, s.errorf(fmt.Sprintf("%s[%d]", path, i), "%v", err))
			}
			for c := range found {
				out[c] = true
			}
		}
		return out
	}
	severities := func(path string, m map[string]check.Severity) map[*check.Check]check.Severity {
		out := map[*check.Check]check.Severity{}
		// The longer name is the closer one: CT010 wins over CT, and CT over all.
		names := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
			return cmp.Or(-compareBool(a == "all", b == "all"), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
		})
		for _, name := range names {
			found, err := driver.Chosen(s.checks, []string{name})
			if err != nil {
				errs = append(errs, s.errorf(path+"."+name, "%v", err))
			}
			for c := range found {
				out[c] = m[name]
			}
		}
		return out
	}
	patterns := func(path string, ps []string) {
		for i, p := range ps {
			if err := validPattern(p); err != nil {
				errs = append(errs, s.errorf(fmt.Sprintf("%s[%d]", path, i), "%v", err))
			}
		}
	}
	f := s.File
	chosen("select", f.Select)
	chosen("ignore", f.Ignore)
	s.severity = severities("severity", f.Severity)
	patterns("exclude", f.Exclude)
	for i := range f.Overrides {
		o := &f.Overrides[i]
		path := fmt.Sprintf("overrides[%d]", i)
		patterns(path+".files", o.Files)
		if o.Dialect != "" && !slices.Contains(load.Dialects(), load.Dialect(o.Dialect)) {
			errs = append(errs, s.errorf(path+".dialect", "%q is no dialect; expected one of %s", o.Dialect, dialects()))
		}
		s.overrides = append(s.overrides, override{
			Override: o,
			selected: chosen(path+".select", o.Select),
			ignored:  chosen(path+".ignore", o.Ignore),
			severity: severities(path+".severity", o.Severity),
		})
	}
	for i := range f.Suppress {
		path := fmt.Sprintf("suppress[%d]", i)
		patterns(path+".files", f.Suppress[i].Files)
		if found := chosen1(s.checks, f.Suppress[i].Check); found == nil {
			errs = append(errs, s.errorf(path+".check", "%s", unknownCheck(s.checks, f.Suppress[i].Check)))
		}
		if strings.TrimSpace(f.Suppress[i].Reason) == "" {
			errs = append(errs, s.errorf(path+".reason", "the reason is empty; say why the findings are meant so"))
		}
	}
	names := map[string]bool{}
	for i := range f.Hosts {
		path := fmt.Sprintf("hosts[%d]", i)
		h := &f.Hosts[i]
		if names[h.Name] {
			errs = append(errs, s.errorf(path+".name", "two hosts are called %q", h.Name))
		}
		names[h.Name] = true
		patterns(path+".files", h.Files)
		files, err := s.hostFiles(path, h)
		errs = append(errs, err...)
		s.hosts = append(s.hosts, unit.Host{Name: h.Name, Files: files, OnlyIPv4: h.Family == "ipv4"})
	}
	return errs
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// chosen1 returns the check of that code or slug, or nil.
func chosen1(checks []*check.Check, name string) *check.Check {
	for _, c := range checks {
		if c.Slug == name || strings.EqualFold(c.Code, name) {
			return c
		}
	}
	return nil
}

func unknownCheck(checks []*check.Check, name string) string {
	if _, err := driver.Chosen(checks, []string{name}); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q is a group of checks; expected one, by its code or slug", name)
}

func dialects() string {
	var out []string
	for _, d := range load.Dialects() {
		out = append(out, string(d))
	}
	return strings.Join(out, ", ")
}

// hostFiles returns the files of a host, each once.
func (s *Settings) hostFiles(path string, h *Host) ([]string, []error) {
	var out []string
	var errs []error
	for i, p := range h.Files {
		at := fmt.Sprintf("%s.files[%d]", path, i)
		found, err := doublestar.FilepathGlob(filepath.Join(s.Root, filepath.FromSlash(p)), doublestar.WithFilesOnly())
		switch {
		case err != nil:
			continue // a wrong pattern was told of already
		case len(found) == 0:
			errs = append(errs, s.errorf(at, "host %s has no file %s", h.Name, p))
		}
		for _, f := range found {
			if f = shown(f); !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out, errs
}

// choose finds the checks that run for files without an override. An error is one
// of the flags.
func (s *Settings) choose() error {
	selected, ignored := s.File.Select, append(slices.Clip(s.File.Ignore), s.flags.Ignore...)
	if len(s.flags.Select) > 0 {
		selected, ignored = s.flags.Select, s.flags.Ignore
	}
	chosen, err := driver.Select(s.checks, selected, ignored)
	if err != nil {
		return err
	}
	s.base = map[*check.Check]bool{}
	for _, c := range chosen {
		s.base[c] = true
	}
	// Text that cannot be read is always told of, unless it is ignored by its own
	// name.
	byName := func(name string) bool { return name == syntax.Check.Slug || strings.EqualFold(name, syntax.Check.Code) }
	s.base[syntax.Check] = s.base[syntax.Check] || !slices.ContainsFunc(ignored, byName)
	return nil
}

// Checks returns the checks that run for some file.
func (s *Settings) Checks() []*check.Check {
	var out []*check.Check
	for _, c := range s.checks {
		on := s.base[c]
		for _, o := range s.overrides {
			on = on || o.selected[c] && len(s.flags.Select) == 0
		}
		if on {
			out = append(out, c)
		}
	}
	return out
}

// Enabled reports whether a check's findings in a file are told.
func (s *Settings) Enabled(c *check.Check, file string) bool {
	on := s.base[c]
	for o := range s.of(file) {
		if o.selected[c] && len(s.flags.Select) == 0 {
			on = true
		}
		if o.ignored[c] {
			on = false
		}
	}
	return on
}

// Severity returns the severity of a check's findings in a file; 0 for what they say
// themselves.
func (s *Settings) Severity(c *check.Check, file string) check.Severity {
	severity := s.severity[c]
	for o := range s.of(file) {
		if x, ok := o.severity[c]; ok {
			severity = x
		}
	}
	return severity
}

// of returns the overrides for a file, in order.
func (s *Settings) of(file string) func(yield func(override) bool) {
	return func(yield func(override) bool) {
		if len(s.overrides) == 0 || file == unit.Stdin {
			return
		}
		r, ok := rel(s.Root, file)
		for _, o := range s.overrides {
			if ok && matchAny(o.Files, r) && !yield(o) {
				return
			}
		}
	}
}

// Excluded reports whether a file or folder is passed over.
func (s *Settings) Excluded(name string) bool {
	if len(s.File.Exclude) == 0 {
		return false
	}
	r, ok := rel(s.Root, name)
	return ok && matchAny(s.File.Exclude, r)
}

// Hosts returns the hosts that the file lists.
func (s *Settings) Hosts() []unit.Host { return s.hosts }

// Adjust is the Adjust of [driver.Options].
func (s *Settings) Adjust(f *driver.Finding) bool {
	if !s.Enabled(f.Check, f.Pos.Filename) {
		return false
	}
	if x := s.Severity(f.Check, f.Pos.Filename); x != 0 {
		f.Severity = x
	}
	return true
}

var families = map[string]ast.Family{"ipv4": ast.FamilyIP, "ipv6": ast.FamilyIP6}

// Config returns the settings that checks see of a unit.
func (s *Settings) Config(u unit.Unit) *config.Config {
	c := config.Default()
	if s.flags.Dialect != "" {
		c.Dialect = load.Dialect(s.flags.Dialect)
	}
	c.Family = families[s.flags.Family]
	for _, k := range s.checks {
		c.Known = append(c.Known, k.Code, k.Slug)
	}
	c.IncludePath, c.Defines = s.IncludePath(), s.Defines()
	options := []Options{s.File.Options}
	if len(u.Files) > 0 {
		for o := range s.of(u.Files[0]) {
			options = append(options, o.Options)
		}
	}
	for _, o := range options {
		if o.LateEstablished != nil {
			c.LateEstablished = *o.LateEstablished
		}
		if o.ManagementPorts != nil {
			c.ManagementPorts = o.ManagementPorts
		}
	}
	var host Host
	for _, h := range s.File.Hosts {
		if u.Host != "" && h.Name == u.Host {
			host = h
		}
	}
	c.Host = host.Name
	for name, i := range host.Interfaces {
		if c.Interfaces == nil {
			c.Interfaces = map[string]config.Interface{}
		}
		c.Interfaces[name] = config.Interface{Networks: i.Networks, Side: config.Side(i.Side)}
	}
	c.Form = func(file string) (load.Dialect, ast.Family) {
		var dialect load.Dialect
		family := families[host.Family]
		for o := range s.of(file) {
			if o.Dialect != "" {
				dialect = load.Dialect(o.Dialect)
			}
			if f := families[o.Family]; f != ast.FamilyUnknown {
				family = f
			}
		}
		return dialect, family
	}
	return c
}

// IncludePath returns where included files are looked for: what the flags say, and
// then the file, whose folders are relative to its own.
func (s *Settings) IncludePath() []string {
	out := slices.Clone(s.flags.IncludePath)
	for _, p := range s.File.IncludePath {
		if !filepath.IsAbs(p) {
			p = shown(filepath.Join(s.Root, filepath.FromSlash(p)))
		}
		out = append(out, p)
	}
	return out
}

// Defines returns the variables that are defined for scripts of nft.
func (s *Settings) Defines() map[string]string {
	if len(s.File.Define)+len(s.flags.Defines) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, m := range []map[string]string{s.File.Define, s.flags.Defines} {
		for k, v := range m {
			out[k] = v
		}
	}
	return out
}

// MinSeverity returns the severity from which on findings are told.
func (s *Settings) MinSeverity() check.Severity {
	if x, ok := check.ParseSeverity(s.flags.MinSeverity); ok {
		return x
	}
	return max(s.File.MinSeverity, check.Info)
}

// FailOn returns the severity from which on findings make the exit code 1; false if
// none does.
func (s *Settings) FailOn() (check.Severity, bool) {
	word := s.flags.FailOn
	if word == "" {
		word = s.File.FailOn
	}
	if word == "" {
		return check.Warning, true
	}
	return check.ParseSeverity(word)
}

// Baseline returns the file with what is known; empty if there is none.
func (s *Settings) Baseline() string {
	switch {
	case s.flags.Baseline != "":
		return s.flags.Baseline
	case s.File.Baseline == "" || filepath.IsAbs(s.File.Baseline):
		return s.File.Baseline
	}
	return shown(filepath.Join(s.Root, filepath.FromSlash(s.File.Baseline)))
}
