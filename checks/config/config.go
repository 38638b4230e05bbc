// Package config holds the settings of a run. Checks have them by requiring
// [Analyzer]: there is no global state, so two runs with different settings can
// go on side by side in one process.
package config

import (
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/load"
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

	// LateEstablished is how many rules may stand above the one that
	// accepts established packets (late-established).
	LateEstablished int
	// ManagementPorts are the ports over which the host is managed, one of
	// which must stay open (management-lockout).
	ManagementPorts []uint16
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
