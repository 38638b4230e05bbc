package unit

import (
	"reflect"

	"golang.org/x/tools/go/analysis"
)

// Analyzer has the unit of the pass as its result, a *[Unit]: the pass's files,
// unless the driver knows more.
var Analyzer = &analysis.Analyzer{
	Name:             "unit",
	Doc:              "which files belong to a host\n\nThose of the pass, unless the driver knows more.",
	ResultType:       reflect.TypeFor[*Unit](),
	RunDespiteErrors: true,
	Run:              func(pass *analysis.Pass) (any, error) { return &Unit{Files: pass.OtherFiles}, nil },
}

// Of returns the unit of a pass whose analyzer requires [Analyzer].
func Of(pass *analysis.Pass) *Unit { return pass.ResultOf[Analyzer].(*Unit) }
