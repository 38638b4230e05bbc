package driver_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/driver"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/checks/unit"
)

// accepts finds all rules with the word "accept" in them, at the word.
var accepts = check.New(check.Check{
	Code: "TT001", Slug: "accepts", Severity: check.Warning, Title: "made for a test", Text: "Made for a test.",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			h := ruleset.Of(pass)
			for p := range h.Rules() {
				text := h.Text(p.Rule)
				if i := strings.Index(strings.ToLower(text), "accept"); i >= 0 {
					at := p.Rule.Span
					at.From += uint32(i)
					check.Report(pass, at, "accepts")
				}
			}
			return nil, nil
		},
	},
})

func findings(t *testing.T, name, text string) []driver.Finding {
	t.Helper()
	r, err := driver.Run([]unit.Unit{{Files: []string{name}}}, driver.Options{
		Checks: []*check.Check{accepts}, Overlay: map[string][]byte{name: []byte(text)},
	})
	if err != nil || len(r.Errors) > 0 {
		t.Fatal(err, r.Errors)
	}
	return r.Findings
}

func TestSubject(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []driver.Subject
	}{
		{"save file", "a.v4", "*filter\n:INPUT DROP [0:0]\n[1:2] -A INPUT  -i lo -j ACCEPT\nCOMMIT\n",
			[]driver.Subject{{Family: "ip", Table: "filter", Chain: "INPUT", Rule: "-A INPUT -i lo -j ACCEPT", Line: 3, EndLine: 3}}},
		{"nft", "a.nft", "table inet t {\n\tchain c {\n\t\ttcp dport { 22,\n\t\t\t80 } counter packets 1 bytes 40 accept # handle 7\n\t}\n}\n",
			[]driver.Subject{{Family: "inet", Table: "t", Chain: "c", Rule: "tcp dport { 22, 80 } counter accept", Line: 3, EndLine: 4}}},
		{"two on a line", "a.nft", "table inet t {\n\tchain c {\n\t\ttcp dport 22 accept; udp dport 53 accept\n\t}\n}\n",
			[]driver.Subject{
				{Family: "inet", Table: "t", Chain: "c", Rule: "tcp dport 22 accept", Line: 3, EndLine: 3},
				{Family: "inet", Table: "t", Chain: "c", Rule: "udp dport 53 accept", Line: 3, EndLine: 3},
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []driver.Subject
			for _, f := range findings(t, c.file, c.text) {
				got = append(got, f.Subject)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestFingerprint changes a ruleset in ways that leave its rules what they are, and
// in ways that do not.
func TestFingerprint(t *testing.T) {
	prints := func(text string) []string {
		var out []string
		for _, f := range findings(t, "a.v4", text) {
			out = append(out, f.Fingerprint)
		}
		slices.Sort(out)
		return out
	}
	const head = "*filter\n:INPUT DROP [0:0]\n:OUTPUT DROP [0:0]\n"
	base := prints(head + "-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n")
	for _, c := range []struct {
		name, rules string
		same        bool
	}{
		{"moved", "-A INPUT -p tcp --dport 22 -j ACCEPT\n# a word\n\n-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n", true},
		{"blanks and counters", "[3:4] -A  INPUT -i lo\t-j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n", true},
		{"one less of the same", "-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n", false},
		{"another port", "-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp --dport 23 -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n", false},
		{"another chain", "-A INPUT -i lo -j ACCEPT\n-A OUTPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := prints(head + c.rules + "COMMIT\n"); slices.Equal(got, base) != c.same {
				t.Errorf("got %v; before %v", got, base)
			}
		})
	}
	if len(base) != 3 || base[0] == base[1] || base[1] == base[2] {
		t.Errorf("they are not three: %v", base)
	}
}
