package driver_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
)

func TestSelect(t *testing.T) {
	nothing := func(*analysis.Pass) (any, error) { return nil, nil }
	all := []*check.Check{
		made("CT001", "missing-established", nothing),
		made("CT010", "obsolete-state-match", nothing),
		made("CT011", "obsolete-notrack-target", nothing),
		made("RD006", "correlated-rules", nothing),
		made("V6001", "missing-ipv6-ruleset", nothing),
	}
	all[3].Off = true
	for _, c := range []struct{ name, selected, ignored, want string }{
		{"by default", "", "", "CT001 CT010 CT011 V6001"},
		{"all", "all", "", "CT001 CT010 CT011 RD006 V6001"},
		{"a code", "CT010", "", "CT010"},
		{"a code in small letters", "ct010", "", "CT010"},
		{"a slug", "correlated-rules", "", "RD006"},
		{"letters", "CT", "", "CT001 CT010 CT011"},
		{"letters with a digit", "V6", "", "V6001"},
		{"the beginning of numbers", "CT01", "", "CT010 CT011"},
		{"several, in the order of the catalogue", "V6001,CT001", "", "CT001 V6001"},
		{"ignored", "", "CT01", "CT001 V6001"},
		{"ignored wins", "CT", "CT001", "CT010 CT011"},
		{"all but", "all", "CT,V6", "RD006"},
		{"nothing left", "CT", "all", ""},
		{"half a family", "C", "", `error: no check is called "C"; expected a code, a slug, all, or one of CT, RD, V6`},
		{"empty", ",", "", `error: no check is called ""; expected a code, a slug, all, or one of CT, RD, V6`},
		{"near", "CT", "obsolete-state-mach", `error: no check is called "obsolete-state-mach"; did you mean "obsolete-state-match"?`},
	} {
		t.Run(c.name, func(t *testing.T) {
			split := func(s string) []string {
				if s == "" {
					return nil
				}
				return strings.Split(s, ",")
			}
			got, err := driver.Select(all, split(c.selected), split(c.ignored))
			var names []string
			for _, k := range got {
				names = append(names, k.Code)
			}
			s := strings.Join(names, " ")
			if err != nil {
				s = "error: " + err.Error()
			}
			if s != c.want {
				t.Errorf("got %s; want %s", s, c.want)
			}
		})
	}
}
