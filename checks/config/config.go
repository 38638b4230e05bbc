// Package config holds the settings of a run. Checks have them by requiring
// [Analyzer]: there is no global state, so two runs with different settings can
// go on side by side in one process.
package config

import (
	"net/netip"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// Config is the settings of a run.
type Config struct {
	// Dialect and Family are those of files that are to be read so whatever
	// they look like; zero to find out.
	Dialect load.Dialect
	Family  ast.Family
	// IncludePath is where files are looked for that scripts of nft
	// include, and Defines are variables that are defined beforehand (nft -I
	// and -D).
	IncludePath []string
	Defines     map[string]string
	// Glob returns the files that a pattern with wildcards in an include
	// statement means; nil for filepath.Glob. A driver that has texts which
	// are in no file sets it.
	Glob func(pattern string) ([]string, error)

	// Form returns the dialect and the family of a file, where somebody has said
	// them for it alone; zero for those of all. It may be nil.
	Form func(file string) (load.Dialect, ast.Family)

	// Host is the name of the host, and Interfaces are those of its interfaces that
	// somebody has described, by name.
	Host       string
	Interfaces map[string]Interface

	// Known are the codes and slugs of all checks that a suppression may name; none
	// if nobody says.
	Known []string

	// Budget is how much may be spent on working out what a host's rules do with
	// packets; zero for the defaults.
	Budget semantics.Options

	// LateEstablished is how many rules may stand above the one that
	// accepts established packets (late-established).
	LateEstablished int
	// ManagementPorts are the ports over which the host is managed, one of
	// which must stay open (management-lockout).
	ManagementPorts []uint16
}

// Interface is what somebody has said of an interface of the host.
type Interface struct {
	// Networks are those behind it; none if nobody says.
	Networks []netip.Prefix
	Side     Side
}

// Side says whether those behind an interface are trusted.
type Side string

// The sides. The zero Side is that of an interface of which nobody says.
const (
	Inside  Side = "inside"
	Outside Side = "outside"
)

// FormOf returns the dialect and the family in which a file is read; zero to find
// them out.
func (c *Config) FormOf(file string) (load.Dialect, ast.Family) {
	dialect, family := c.Dialect, c.Family
	if c.Form == nil {
		return dialect, family
	}
	d, f := c.Form(file)
	if dialect == "" {
		dialect = d
	}
	if family == ast.FamilyUnknown {
		family = f
	}
	return dialect, family
}

// Default returns the settings that hold where nobody says others.
func Default() *Config {
	return &Config{
		LateEstablished: 10,
		ManagementPorts: []uint16{22},
	}
}

// Analyzer has the settings as its result: the defaults, unless the driver has
// put others in their place.
var Analyzer = &analysis.Analyzer{
	Name:             "config",
	Doc:              "settings of ctlint's checks\n\nThe defaults, unless the driver knows others.",
	ResultType:       reflect.TypeFor[*Config](),
	RunDespiteErrors: true,
	Run:              func(*analysis.Pass) (any, error) { return Default(), nil },
}

// For returns the settings of a pass whose analyzer requires [Analyzer]. They
// are shared: nobody may change them.
func For(pass *analysis.Pass) *Config { return pass.ResultOf[Analyzer].(*Config) }
