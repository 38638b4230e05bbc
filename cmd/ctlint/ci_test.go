package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/checks/settings"
)

// workshop is a place to try things: root is the repository, bin a folder with the built
// program, dir the current folder.
type workshop struct{ root, bin, dir string }

// enter goes to a folder with a ruleset in which something is found. The program is
// the test's own binary, see TestMain.
func enter(t *testing.T) workshop {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	w := workshop{root: root, bin: t.TempDir(), dir: t.TempDir()}
	wrap(t, w.bin)
	t.Chdir(w.dir)
	w.write(t, ".ctlint.yaml", "select: [RD009]\n") // whatever else the catalogue has
	w.write(t, "rules.v4", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACEPT\nCOMMIT\n")
	w.write(t, "ä b/rules.v4", "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n")
	return w
}

// wrap puts the program with all checks into a folder, under its own name.
func wrap(t *testing.T, bin string) {
	t.Helper()
	all, err := exec.LookPath("ctlint-all")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "ctlint"), []byte("#!/bin/sh\nexec '"+all+"' \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

func (w workshop) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// bash runs a script as CI systems do, and returns its exit code.
func (w workshop) bash(t *testing.T, script string, env ...string) (string, int) {
	t.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "PATH="+w.bin+":"+os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	var e *exec.ExitError
	if err != nil && !errors.As(err, &e) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func readYAML(t *testing.T, name string, v any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err == nil {
		err = yaml.Unmarshal(text, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			ID  string
			Run string
			Env map[string]string
		}
	}
}

// TestAction runs the step of action.yml that lints, with inputs that would do harm if
// they were taken for shell.
func TestAction(t *testing.T) {
	w := enter(t)
	var a action
	readYAML(t, filepath.Join(w.root, "action.yml"), &a)
	i := slices.IndexFunc(a.Runs.Steps, func(s struct {
		ID  string
		Run string
		Env map[string]string
	}) bool {
		return s.ID == "lint"
	})
	if i < 0 {
		t.Fatal("there is no step that lints")
	}
	step := a.Runs.Steps[i]
	for name, value := range step.Env {
		input := strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")
		if _, ok := a.Inputs[input]; !ok || strings.Contains(step.Run, "${{") {
			t.Errorf("%s is %s, or the script has expressions in it", name, value)
		}
	}
	for _, c := range []struct {
		name        string
		paths, args string
		sarif       string
		code        int
		out         string
	}{
		{"defaults", a.Inputs["paths"].Default, a.Inputs["args"].Default, a.Inputs["sarif"].Default, 1, "::error col="},
		{"a good folder with a blank", "ä b", "", "", 0, ""},
		{"two paths, two arguments", "rules.v4\nä b\n", "--fail-on=never\n--select=RD", "x.sarif", 0, "::error col="},
		{"no shell", "$(touch stolen)", "", "", 2, "no such file"},
		{"no flag", "--fix", "", "", 2, "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			summary := filepath.Join(t.TempDir(), "summary")
			out, code := w.bash(t, step.Run, "PATHS="+c.paths, "ARGS="+c.args, "SARIF="+c.sarif, "GITHUB_STEP_SUMMARY="+summary)
			if code != c.code || !strings.Contains(out, c.out) {
				t.Errorf("exit code %d\n%s", code, out)
			}
			if text, err := os.ReadFile(summary); err != nil || !strings.HasPrefix(string(text), "## ctlint: ") {
				t.Errorf("the summary is %q, %v", text, err)
			}
			if c.sarif != "" {
				if _, err := os.Stat(c.sarif); err != nil {
					t.Error(err)
				}
			}
			if _, err := os.Stat("stolen"); err == nil {
				t.Error("an input was run as shell")
			}
		})
	}
}

// TestGitLabTemplate runs the script of the template.
func TestGitLabTemplate(t *testing.T) {
	w := enter(t)
	var jobs map[string]struct {
		Variables map[string]string
		Script    []string
		Artifacts struct{ Reports map[string]string }
	}
	readYAML(t, filepath.Join(w.root, "ci", "gitlab-ci.yml"), &jobs)
	job := jobs["ctlint"]
	out, code := w.bash(t, strings.Join(job.Script, "\n"), "CTLINT_PATHS="+job.Variables["CTLINT_PATHS"])
	if code != 1 || !strings.Contains(out, "RD009") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if len(job.Artifacts.Reports) != 2 {
		t.Errorf("reports: %v", job.Artifacts.Reports)
	}
	for _, name := range job.Artifacts.Reports {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}

// TestProblemMatcher finds each finding with a place in the text, with all of its
// parts.
func TestProblemMatcher(t *testing.T) {
	w := enter(t)
	text, err := os.ReadFile(filepath.Join(w.root, "ci", "problem-matcher.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		ProblemMatcher []struct {
			Pattern []struct {
				Regexp                                      string
				File, Line, Column, Severity, Message, Code int
			}
		}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	p := m.ProblemMatcher[0].Pattern[0]
	out, _ := w.bash(t, "ctlint lint rules.v4 2>/dev/null || true")
	var got []string
	for _, groups := range regexp.MustCompile("(?m)"+p.Regexp).FindAllStringSubmatch(out, -1) {
		got = append(got, strings.Join([]string{groups[p.File], groups[p.Line], groups[p.Column], groups[p.Severity], groups[p.Code], groups[p.Message][:4]}, "|"))
	}
	if want := []string{"rules.v4|3|13|error|RD009|jump"}; !slices.Equal(got, want) {
		t.Errorf("got %v in\n%s", got, out)
	}
}

// TestRelease has the version where the linkers of .goreleaser.yaml and Dockerfile put
// it, and the files that they take.
func TestRelease(t *testing.T) {
	w := enter(t)
	flags := "-X github.com/ctlint/ctlint/cmd/ctlint/cli.Version=1.2.3"
	build := exec.Command("go", "build", "-ldflags", flags, "-o", filepath.Join(w.dir, "released"), "./cmd/ctlint")
	build.Dir = w.root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, _ := w.bash(t, "./released --version"); out != "ctlint version 1.2.3\n" {
		t.Errorf("%s", out)
	}
	for _, name := range []string{".goreleaser.yaml", "Dockerfile"} {
		text, err := os.ReadFile(filepath.Join(w.root, name))
		if err != nil || !strings.Contains(string(text), "-X github.com/ctlint/ctlint/cmd/ctlint/cli.Version=") {
			t.Errorf("%s sets no version: %v", name, err)
		}
	}
	var r struct {
		Before struct{ Hooks []string }
		NFPMs  []struct {
			Contents []struct{ Src string }
		} `yaml:"nfpms"`
		Dockers []struct{ Dockerfile string }
	}
	readYAML(t, filepath.Join(w.root, ".goreleaser.yaml"), &r)
	for _, h := range r.Before.Hooks {
		script := strings.ReplaceAll(h, "go run ./cmd/ctlint", "ctlint")
		if out, code := w.bash(t, script); code != 0 {
			t.Errorf("%s: %s", script, out)
		}
	}
	for _, c := range r.NFPMs[0].Contents {
		here, _ := filepath.Glob(c.Src)
		there, _ := filepath.Glob(filepath.Join(w.root, c.Src))
		if len(here)+len(there) == 0 {
			t.Errorf("the packages have no %s to take", c.Src)
		}
	}
	for _, d := range r.Dockers {
		if _, err := os.Stat(filepath.Join(w.root, d.Dockerfile)); err != nil {
			t.Error(err)
		}
	}
}

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// blocks returns the blocks of code of a language in a document.
func blocks(t *testing.T, name, language string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range fence.FindAllStringSubmatch(string(text), -1) {
		if m[1] == language {
			out = append(out, m[2])
		}
	}
	if len(out) == 0 {
		t.Errorf("%s has no %s", name, language)
	}
	return out
}

// TestDocumentedShell runs the commands of docs/ci.md in a repository.
func TestDocumentedShell(t *testing.T) {
	w := enter(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIPPED: there is no git")
	}
	if err := os.WriteFile(filepath.Join(w.bin, "reviewdog"), []byte("#!/bin/sh\ngrep '<checkstyle' >/dev/null\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, code := w.bash(t, "git init -q . && git add -A && git -c user.name=a -c user.email=a@example.org commit -q -m x && git update-ref refs/remotes/origin/main HEAD"); code != 0 {
		t.Fatal(out)
	}
	for _, b := range blocks(t, filepath.Join(w.root, "docs", "ci.md"), "sh") {
		if out, code := w.bash(t, b); code > 1 {
			t.Errorf("%s: exit code %d\n%s", b, code, out)
		}
	}
}

// TestDocumentedYAML reads the configurations in the documents as their programs do.
func TestDocumentedYAML(t *testing.T) {
	w := enter(t)
	var hooks []hook
	readYAML(t, filepath.Join(w.root, ".pre-commit-hooks.yaml"), &hooks)
	var a action
	readYAML(t, filepath.Join(w.root, "action.yml"), &a)
	for _, name := range []string{"ci.md", "configuration.md"} {
		for _, b := range blocks(t, filepath.Join(w.root, "docs", name), "yaml") {
			file, _, _ := strings.Cut(strings.TrimPrefix(b, "# "), "\n")
			switch {
			case file == settings.Name:
				if _, err := settings.Parse(file, []byte(b), settings.Flags{}, checks.All()); err != nil {
					t.Error(err)
				}
				example, err := os.ReadFile(filepath.Join(w.root, "fixtures", "example", "gateway", "ctlint.yaml"))
				if err != nil || b != "# "+settings.Name+"\n"+string(example) {
					t.Errorf("the example is not fixtures/example/gateway/ctlint.yaml: %v", err)
				}
			case file == ".pre-commit-config.yaml":
				var c struct {
					Repos []struct{ Hooks []struct{ ID string } }
				}
				if err := yaml.Unmarshal([]byte(b), &c); err != nil {
					t.Fatal(err)
				}
				for _, h := range c.Repos[0].Hooks {
					if !slices.ContainsFunc(hooks, func(x hook) bool { return x.ID == h.ID }) {
						t.Errorf("there is no hook %s", h.ID)
					}
				}
			case strings.HasPrefix(file, ".github/"):
				var c struct {
					Jobs map[string]struct {
						Steps []struct {
							Uses string
							With map[string]string
						}
					}
				}
				if err := yaml.Unmarshal([]byte(b), &c); err != nil {
					t.Fatal(err)
				}
				for _, s := range c.Jobs["ctlint"].Steps {
					for k := range s.With {
						if _, ok := a.Inputs[k]; strings.HasPrefix(s.Uses, "ctlint/") && !ok {
							t.Errorf("the action has no input %s", k)
						}
					}
				}
			case file == ".gitlab-ci.yml":
				if !strings.Contains(b, "/ci/gitlab-ci.yml") {
					t.Error("it includes another template")
				}
			default:
				t.Errorf("%s: the block does not say which file it is: %s", name, b)
			}
		}
	}
}

// TestDocumentedGo wants the code of docs/library.md in the examples that are run.
func TestDocumentedGo(t *testing.T) {
	var code bytes.Buffer
	for _, name := range []string{"cli/example_test.go", "../../checks/driver/example_test.go"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(text)
	}
	for _, b := range blocks(t, "../../docs/library.md", "go") {
		one := strings.HasPrefix(b, "func main()") && strings.Contains(code.String(), "//	"+strings.TrimSpace(b))
		if !strings.Contains(code.String(), b) && !one {
			t.Errorf("no example has\n%s", b)
		}
	}
}
