package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/settings"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/grammar/nft"
)

// settingFlags are the flags by which a command line says what a configuration file
// says otherwise.
type settingFlags struct {
	config       string
	noConfig     bool
	selected     []string
	ignored      []string
	minSeverity  *choice
	failOn       *choice
	dialect      *choice
	family       *choice
	scripts      scripts
	baseline     string
	forceExclude bool
}

// add adds the flags to those of a command.
func (s *settingFlags) add(f *pflag.FlagSet) {
	severities := check.Severities()
	slices.Reverse(severities)
	s.minSeverity = oneOf("", severities...)
	s.failOn = oneOf("", append(severities, "never")...)
	f.StringSliceVar(&s.selected, "select", nil, "run these checks alone: codes, their beginnings (CT), slugs, or all; the configuration's select and ignore do not count")
	f.StringSliceVar(&s.ignored, "ignore", nil, "leave these checks out, besides those that the configuration does")
	f.Var(s.minSeverity, "min-severity", "leave findings out that matter less (default info)")
	f.Var(s.failOn, "fail-on", "exit with 1 for findings that matter so much or more (default warning)")
	s.addFiles(f)
	f.StringVar(&s.baseline, "baseline", "", "leave findings out that are in this file, which --write-baseline has written")
}

// addFiles adds those flags that say which files are read and how.
func (s *settingFlags) addFiles(f *pflag.FlagSet) {
	words := []string{"auto"}
	for _, d := range load.Dialects() {
		words = append(words, string(d))
	}
	s.dialect = oneOf("auto", words...)
	s.family = oneOf("auto", "auto", "ipv4", "ipv6")
	f.StringVar(&s.config, "config", "", "the configuration; the default is "+settings.Name+" in the current folder or the nearest one above it")
	f.BoolVar(&s.noConfig, "no-config", false, "read no configuration")
	f.Var(s.dialect, "dialect", "read all files in this dialect")
	f.Var(s.family, "family", "read all files as rules for this family")
	s.scripts.flags(f)
	f.BoolVar(&s.forceExclude, "force-exclude", false, "leave out what the configuration excludes also where it is named")
}

// load reads the configuration that holds and adds the flags.
func (s *settingFlags) load(checks []*check.Check) (*settings.Settings, error) {
	flags := settings.Flags{
		Select: s.selected, Ignore: s.ignored,
		Dialect: auto(s.dialect.value), Family: auto(s.family.value),
		IncludePath: s.scripts.includePath, Baseline: s.baseline,
	}
	if s.minSeverity != nil {
		flags.MinSeverity, flags.FailOn = s.minSeverity.value, s.failOn.value
	}
	var err error
	if flags.Defines, err = s.scripts.variables(); err != nil {
		return nil, err
	}
	name := s.config
	switch {
	case s.noConfig && name != "":
		return nil, fmt.Errorf("--no-config reads none, so --config %s cannot stand with it", name)
	case !s.noConfig && name == "":
		if name, err = settings.Find("."); err != nil {
			return nil, err
		}
	}
	return settings.Load(name, flags, checks)
}

// collect returns the units under the paths, as the settings have them.
func (s *settingFlags) collect(set *settings.Settings, paths []string) ([]unit.Unit, error) {
	o := unit.Options{Exclude: set.Excluded, ForceExclude: s.forceExclude, Hosts: set.Hosts()}
	units, err := o.Collect(paths)
	return unit.WithoutIncluded(units, paths, nft.Options{Path: set.IncludePath(), Defines: set.Defines()}), err
}
