package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/cmd/ctlint/cli"
)

// TestDocs runs the commands in the console blocks of the documents, from the
// repository's root, and compares what they print. With -update it writes that
// into the documents.
func TestDocs(t *testing.T) {
	t.Chdir("../..")
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, n := rerun(t, string(b))
		ran += n
		switch {
		case got == string(b):
		case *update:
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s is not what the commands print (go test ./cmd/ctlint -run Docs -update):\n%s", name, got)
		}
	}
	if ran == 0 {
		t.Error("no document has a command to run")
	}
}

const console = "```console\n"

// rerun returns a document with what its commands print now, and how many they
// are.
func rerun(t *testing.T, text string) (string, int) {
	t.Helper()
	var b strings.Builder
	n := 0
	for {
		before, rest, ok := strings.Cut(text, console)
		b.WriteString(before)
		if !ok {
			return b.String(), n
		}
		block, after, _ := strings.Cut(rest, "```\n")
		b.WriteString(console)
		for line := range strings.Lines(block) {
			command, ok := strings.CutPrefix(line, "$ ctlint ")
			if !ok {
				continue
			}
			n++
			b.WriteString(line)
			var out bytes.Buffer
			c := cli.CLI{Checks: checks.All(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
			c.Run(strings.Fields(command))
			b.Write(out.Bytes())
		}
		b.WriteString("```\n")
		text = after
	}
}
