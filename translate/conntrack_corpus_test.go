package translate_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar/iptables"
	"github.com/ctlint/ctlint/internal/stocktool"
	"github.com/ctlint/ctlint/translate"
)

// TestConntrackCorpus rewrites each real save file that the stock tool takes: the
// result must load, what is saved then may differ in the match's name alone, and
// a second run must change nothing.
func TestConntrackCorpus(t *testing.T) {
	const corpus = "../../shared/corpora/rulesets"
	if _, err := os.Stat(corpus); err != nil {
		t.Skipf("the corpus of real rulesets is not there: %v", err)
	}
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := string(b)
		if !regexp.MustCompile(`(?m)^\*(filter|nat|mangle|raw)\s*$`).MatchString(text) || !regexp.MustCompile(`(?m)^COMMIT`).MatchString(text) {
			return nil
		}
		name, _ := filepath.Rel(corpus, path)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			corpusFile(t, strings.ReplaceAll(text, "XX:XX:XX:XX:XX:XX", "02:00:00:00:00:01"), strings.Contains(name+text[:min(300, len(text))], "ip6tables"))
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func corpusFile(t *testing.T, text string, v6 bool) {
	tool, family := "iptables-legacy", ast.FamilyIP
	if v6 {
		tool, family = "ip6tables-legacy", ast.FamilyIP6
	}
	before, err := stocktool.Restore(t, tool, text)
	if err != nil {
		t.Skipf("the stock tool does not take the file: %v", err)
	}
	rewrite := func(text string) string {
		f := iptables.Parse("f", text, iptables.Save, family, 1)
		var edits []translate.Edit
		for _, r := range translate.Conntrack(f) {
			if r.Left != "" {
				t.Errorf("a match is left: %s", r.Left)
			}
			edits = append(edits, r.Edits...)
		}
		return translate.Apply(text, 1, edits)
	}
	once := rewrite(text)
	if rewrite(once) != once {
		t.Error("a second run changes something")
	}
	after, err := stocktool.Restore(t, tool, once)
	if err != nil {
		t.Fatalf("the result does not load: %v", err)
	}
	renamed := strings.ReplaceAll(strings.ReplaceAll(rules(before), "-m state", "-m conntrack"), "--state", "--ctstate")
	if got := rules(after); got != renamed {
		t.Errorf("saved before (renamed)\n%s\nafter\n%s", renamed, got)
	}
	if strings.Contains(rules(after), "-m state") {
		t.Error("a state match is left")
	}
}

// rules returns the rule lines of a save file.
func rules(save string) string {
	var b strings.Builder
	for line := range strings.Lines(save) {
		if strings.HasPrefix(line, "-A") {
			b.WriteString(line)
		}
	}
	return b.String()
}
