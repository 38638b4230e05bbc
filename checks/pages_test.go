package checks_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks/check"
)

// TestPages keeps docs/checks, a page for each check and a list of them, to what the
// checks say of themselves. With -update (go generate ./checks) it writes them.
func TestPages(t *testing.T) {
	dir := filepath.Join("..", "docs", "checks")
	want := map[string]string{"README.md": index()}
	for _, c := range all() {
		want[c.Slug+".md"] = generated + c.Markdown()
	}
	if updating() {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for name, text := range want {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range there {
		if _, ok := want[e.Name()]; !ok {
			if updating() {
				if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
					t.Fatal(err)
				}
				continue
			}
			t.Errorf("%s is the page of no check", e.Name())
		}
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("docs/checks/%s is not what the check says; go generate ./checks writes it (%v)", name, err)
		}
	}
}

// updating reports whether -update is given, a flag of drivertest's.
func updating() bool { return flag.Lookup("update").Value.String() == "true" }

const generated = "<!-- Written by go generate ./checks from the check's source. -->\n\n"

// families say what the letters of a code mean.
var families = map[string]string{
	"CT": "Connection state", "V6": "IPv6 gaps", "RD": "Redundancy and reachability", "SE": "Security posture",
	"NF": "nft", "SU": "Suppressions", "SYNTAX": "Syntax",
}

func index() string {
	var b strings.Builder
	b.WriteString(generated + "# The checks\n\nSeverity: error is broken or open, warning most likely not meant so, info worth\nknowing. A safe fix keeps every verdict, or only closes what the finding names; an\nunsafe one changes verdicts and takes `--unsafe-fixes`. Packets marks checks that are\ndecided over all packets.\n")
	var order []string
	by := map[string][]*check.Check{}
	for _, c := range all() {
		f := c.Family()
		if by[f] == nil {
			order = append(order, f)
		}
		by[f] = append(by[f], c)
	}
	for _, f := range order {
		fmt.Fprintf(&b, "\n## %s: %s\n\n| code | check | severity | fix | packets | |\n|---|---|---|---|---|---|\n", f, families[f])
		for _, c := range by[f] {
			packets, title := "", c.Title
			if c.Packets {
				packets = "yes"
			}
			if c.Off {
				title += " (off by default)"
			}
			fmt.Fprintf(&b, "| %s | [%s](%s.md) | %s | %s | %s | %s |\n", c.Code, c.Slug, c.Slug, c.Severity, c.Fix, packets, title)
		}
	}
	return b.String()
}

// TestFamilies has a name for each family.
func TestFamilies(t *testing.T) {
	for _, c := range all() {
		if families[c.Family()] == "" {
			t.Errorf("the family %s of %s has no name", c.Family(), c.Slug)
		}
	}
	if !slices.ContainsFunc(all(), func(c *check.Check) bool { return c.Family() == "SYNTAX" }) {
		t.Error("there is no check of syntax errors")
	}
}
