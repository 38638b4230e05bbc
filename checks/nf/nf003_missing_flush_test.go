package nf_test

import (
	"testing"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/drivertest"
	"github.com/ctlint/ctlint/checks/nf"
	"github.com/ctlint/ctlint/checks/unit"
)

func TestMissingFlush(t *testing.T) { drivertest.Run(t, nf.MissingFlush) }

// TestMissingFlushUnread wants nothing to be said of a script that includes what
// cannot be read: it may flush.
func TestMissingFlushUnread(t *testing.T) {
	const table = "table ip a {\n\tchain c {\n\t\ttype filter hook input priority 0\n\t\taccept\n\t}\n}\n"
	for text, want := range map[string]int{
		"#!/usr/sbin/nft -f\n" + table:                              1,
		"#!/usr/sbin/nft -f\ninclude \"/nonesuch/a.nft\"\n" + table: 0,
	} {
		r, err := driver.Run([]unit.Unit{{Files: []string{"site.nft"}}}, driver.Options{
			Checks: []*check.Check{nf.MissingFlush}, Overlay: map[string][]byte{"site.nft": []byte(text)},
		})
		if err != nil || len(r.Errors) > 0 {
			t.Fatal(err, r.Errors)
		}
		if len(r.Findings) != want {
			t.Errorf("%d findings, want %d, in\n%s", len(r.Findings), want, text)
		}
	}
}
