package ct_test

import (
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ct"
	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/semantics"
)

// TestSafeFixes proves that safe fixes change no verdict, but those of the packets that
// the messages name.
func TestSafeFixes(t *testing.T) {
	invalid := func(w *semantics.Way) semantics.Set { return w.Where(semantics.Fields{State: ast.StateInvalid}) }
	for _, c := range []struct {
		check *check.Check
		but   func(*semantics.Way) semantics.Set
	}{
		{ct.LateEstablished, nil},
		{ct.MissingInvalidDrop, invalid},
		{ct.MisorderedInvalidDrop, invalid},
		{ct.InvalidAccepted, invalid},
		{ct.RejectInvalid, invalid},
		{ct.ObsoleteStateMatch, nil},
		{ct.RedundantState, nil},
	} {
		t.Run(c.check.Slug, func(t *testing.T) { drivertest.SafeFixes(t, c.check, c.but) })
	}
}
