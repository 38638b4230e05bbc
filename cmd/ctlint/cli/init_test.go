package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/settings"
)

func TestAddHook(t *testing.T) {
	const entry = "- repo: local\n  hooks: []\n"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "repos:\n  - repo: local\n    hooks: []\n"},
		{"one", "repos:\n- repo: a\n  rev: b\n", "repos:\n- repo: a\n  rev: b\n- repo: local\n  hooks: []\n"},
		{"indented", "# mine\nrepos:\n  # first\n  - repo: a\n    rev: b # x\n", "# mine\nrepos:\n  # first\n  - repo: a\n    rev: b # x\n  - repo: local\n    hooks: []\n"},
		{"no end of the last line", "repos:\n- repo: a", "repos:\n- repo: a\n- repo: local\n  hooks: []\n"},
		{"in the middle", "fail_fast: true\nrepos:\n- repo: a\n\n# about x\nexclude: x\n", "fail_fast: true\nrepos:\n- repo: a\n- repo: local\n  hooks: []\n\n# about x\nexclude: x\n"},
		{"no repos", "exclude: x\n", ""},
		{"on one line", "repos: [{repo: a}]\n", ""},
		{"no YAML", "repos: [", ""},
		{"a list", "- a\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := addHook(c.text, entry)
			if c.want == "" && err == nil || c.want != "" && (err != nil || got != c.want) {
				t.Errorf("got %v\n%s\nwant\n%s", err, got, c.want)
			}
		})
	}
}

// TestTemplate takes the # away from all examples of the written configuration: they
// must be right.
func TestTemplate(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("gateway", 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"gateway/rules.v4", "gateway/rules.v6"} {
		if err := os.WriteFile(f, []byte("*filter\nCOMMIT\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	if err := configTemplate.Execute(&b, struct{ Units []string }{[]string{"a"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.Parse(settings.Name, []byte(b.String()), settings.Flags{}, checks.All()); err != nil {
		t.Errorf("as it is written: %v", err)
	}
	examples := regexp.MustCompile(`(?m)^#([^ \n])`).ReplaceAllString(b.String(), "$1")
	examples = regexp.MustCompile(`(?m)^#(  [ ]*\S*[:-] ?)`).ReplaceAllString(examples, "$1")
	s, err := settings.Parse(settings.Name, []byte(examples), settings.Flags{}, checks.All())
	if err != nil {
		t.Fatalf("%v in\n%s", err, examples)
	}
	f := s.File
	if len(f.Select) == 0 || len(f.Ignore) == 0 || len(f.Severity) == 0 || f.Options.LateEstablished == nil || len(f.Exclude) == 0 ||
		len(f.Overrides) == 0 || len(f.Hosts) == 0 || len(f.Hosts[0].Interfaces) != 2 || len(f.Suppress) == 0 || f.Baseline == "" {
		t.Errorf("an example is missing: %+v", f)
	}
}
