package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// hook is an entry of .pre-commit-hooks.yaml.
type hook struct {
	ID            string   `yaml:"id"`
	Entry         string   `yaml:"entry"`
	Language      string   `yaml:"language"`
	Types         []string `yaml:"types"`
	PassFilenames bool     `yaml:"pass_filenames"`
}

// TestHooks runs each hook of .pre-commit-hooks.yaml with the real pre-commit in a
// scratch repository: a file that the hook must stop, and one that it must let pass.
// Those that pre-commit would build are run as system hooks, as building takes the
// network; that their entry is what go install makes is looked at.
func TestHooks(t *testing.T) {
	if ok, err := preCommit(); err != nil {
		t.Fatal(err)
	} else if !ok {
		t.Skip("SKIPPED: there is no git or no pre-commit (Debian: apt-get install git pre-commit)")
	}
	text, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []hook
	if err := yaml.Unmarshal(text, &hooks); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("pre-commit", "validate-manifest", "../../.pre-commit-hooks.yaml").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	bin := t.TempDir()
	wrap(t, bin)
	const good = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n"
	bad := map[string]string{ // by the command
		"ctlint lint":      strings.Replace(good, "-j ACCEPT", "-j ACEPT", 1),
		"ctlint fmt":       strings.Replace(good, "-i lo", "  -i   lo", 1),
		"ctlint translate": strings.Replace(good, "-i lo", "-m state --state ESTABLISHED", 1),
	}
	seen := map[string]bool{}
	for _, h := range hooks {
		command := strings.Join(strings.Fields(h.Entry)[:2], " ")
		if base := strings.TrimSuffix(h.ID, "-system"); seen[h.Language+command] || (base == h.ID) != (h.Language == "golang") || h.PassFilenames {
			t.Errorf("%+v", h)
		}
		seen[h.Language+command] = true
		if h.Language == "golang" {
			continue // the same entry as its -system hook, which runs
		}
		t.Run(h.ID, func(t *testing.T) {
			dir := t.TempDir()
			run := func(name string, args ...string) (string, error) {
				cmd := exec.Command(name, args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "HOME="+dir, "PRE_COMMIT_HOME="+filepath.Join(bin, "cache"), "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"),
					"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
				var out bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &out
				err := cmd.Run()
				return out.String(), err
			}
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if out, err := run("git", "init", "-q"); err != nil {
				t.Fatal(out, err)
			}
			config, err := yaml.Marshal(map[string]any{"repos": []any{map[string]any{"repo": "local", "hooks": []any{map[string]any{
				"id": h.ID, "name": h.ID, "entry": h.Entry, "language": h.Language, "types": h.Types, "pass_filenames": h.PassFilenames,
			}}}}})
			if err != nil {
				t.Fatal(err)
			}
			write(".pre-commit-config.yaml", string(config))
			write("fw.sh", "#!/bin/sh\niptables -A INPUT -i lo -j ACCEPT\n")
			write(".ctlint.yaml", "select: [RD009]\n") // whatever else the catalogue has
			write("README.md", "Nothing to see here.\n")
			for _, c := range []struct {
				text string
				ok   bool
			}{{good, true}, {bad[command], false}} {
				write("rules.v4", c.text)
				if out, err := run("git", "add", "-A"); err != nil {
					t.Fatal(out, err)
				}
				out, err := run("pre-commit", "run")
				if (err == nil) != c.ok || strings.Contains(out, "Skipped") {
					t.Errorf("of\n%s: %v\n%s", c.text, err, out)
				}
			}
		})
	}
	if len(seen) != 6 {
		t.Errorf("hooks: %v", seen)
	}
}
