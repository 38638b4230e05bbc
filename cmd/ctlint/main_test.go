package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/go/analysis"

	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/rd"
	"github.com/ctlint/ctlint/checks/ruleset"
	"github.com/ctlint/ctlint/cmd/ctlint/cli"
)

var update = flag.Bool("update", false, "write what the scripts compare with")

// TestMain makes the test's own binary the commands that scripts run. ctlint has
// two checks alone, so that scripts about the command line stay as they are
// when the catalogue grows; ctlint-all is the program itself; ctlint-broken has a
// check that panics.
func TestMain(m *testing.M) {
	cli.Processes()
	testscript.Main(m, map[string]func(){
		"ctlint":        func() { cli.Main(two()...) },
		"ctlint-all":    main,
		"ctlint-broken": func() { cli.Main(append(two(), broken)...) },
	})
}

func two() []*check.Check { return []*check.Check{rd.UnusedChain, rd.UndefinedChain} }

var broken = check.New(check.Check{
	Code: "TT001", Slug: "broken", Severity: check.Info, Title: "a check that fails", Text: "Made for a test.",
	Analyzer: &analysis.Analyzer{
		Requires: []*analysis.Analyzer{ruleset.Analyzer},
		Run:      func(*analysis.Pass) (any, error) { panic("out of luck") },
	},
})

// TestScripts runs testdata/script, a file for each verb and topic. Besides
// testscript's commands there is
//
//	exits CODE COMMAND...
//
// which runs a command that must exit with that code, and crlf, bom and chomp FILE,
// which end the lines of a file with CRLF, put a byte order mark before it, and take
// the end of its last line away; link COMMAND NAME, which gives the program with all
// checks another name; and the condition precommit.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, "CTLINT_NO_KERNEL="+os.Getenv("CTLINT_NO_KERNEL"))
			return nil
		},
		// [kernel] says that the kernel may be asked, [precommit] that there are git
		// and pre-commit, [git] that there is git.
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "kernel":
				return os.Getenv("CTLINT_NO_KERNEL") == "", nil
			case "precommit":
				return preCommit()
			case "git":
				return installed("git")
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"link": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) != 2 {
					ts.Fatalf("usage: link COMMAND NAME")
				}
				all, err := exec.LookPath("ctlint-all")
				ts.Check(err)
				text := "#!/bin/sh\nexec '" + all + "' \"$@\"\n"
				ts.Check(os.WriteFile(args[1], []byte(text), 0o755))
			},
			"crlf":  edits(func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }),
			"bom":   edits(func(s string) string { return "\ufeff" + s }),
			"chomp": edits(func(s string) string { return strings.TrimSuffix(s, "\n") }),
			"exits": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: exits CODE COMMAND...")
				}
				code := 0
				if err := ts.Exec(args[1], args[2:]...); err != nil {
					var e *exec.ExitError
					if !errors.As(err, &e) {
						ts.Fatalf("%v", err)
					}
					code = e.ExitCode()
				}
				if strconv.Itoa(code) != args[0] {
					ts.Fatalf("the exit code is %d", code)
				}
			},
		},
	})
}

// edits is a command of scripts that changes a file.
func edits(f func(string) string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 {
			ts.Fatalf("usage: a file's name")
		}
		name := ts.MkAbs(args[0])
		ts.Check(os.WriteFile(name, []byte(f(ts.ReadFile(name))), 0o644))
	}
}

// preCommit reports whether there are git and pre-commit.
func preCommit() (bool, error) { return installed("git", "pre-commit") }

// installed reports whether programs are there. CI must have them.
func installed(tools ...string) (bool, error) {
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				return false, fmt.Errorf("CI must run this: %w", err)
			}
			return false, nil
		}
	}
	return true, nil
}
