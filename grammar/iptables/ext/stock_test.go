package ext_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/grammar/iptables/ext/exttest"
)

// lean has refusals asked for in one family alone, where a case leaves the
// family open: what refuses them is the same code.
func lean(cases ...exttest.Case) []exttest.Case {
	for i := range cases {
		if cases[i].Err != "" && cases[i].Family == ast.FamilyUnknown {
			cases[i].Family = ast.FamilyIP
		}
	}
	return cases
}

// names holds a table of names to the stock tool: each pair is an argument and
// what is printed for it. It is one question, however long the table.
func names(t *testing.T, f ast.Family, before string, pairs ...string) {
	t.Helper()
	tool := "iptables-legacy"
	if f == ast.FamilyIP6 {
		tool = "ip6tables-legacy"
	}
	var in, want strings.Builder
	in.WriteString("*filter\n")
	for i := 0; i < len(pairs); i += 2 {
		rule := "-A INPUT " + before + " " + pairs[i]
		saved := "-A INPUT " + before + " " + pairs[i+1] + "\n"
		in.WriteString(rule + "\n")
		want.WriteString(saved)
		if _, got, errs := iptables.ParseRule(rule, "filter", f); got != saved || len(errs) > 0 {
			t.Errorf("%s gives %s %v; want %s", rule, got, errs, saved)
		}
	}
	in.WriteString("COMMIT\n")
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the stock tools are not asked")
	}
	args := []string{"--net", "sh", "-c", `"$0"-restore && "$0"-save`, tool}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	cmd := exec.Command("unshare", args...)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	var got strings.Builder
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "-A ") {
			got.WriteString(line)
		}
	}
	if got.String() != want.String() {
		t.Errorf("the stock tool prints\n%s\nwant\n%s", got.String(), want.String())
	}
}
