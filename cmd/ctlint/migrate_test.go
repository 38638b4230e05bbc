package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks"
	"github.com/ctlint/ctlint/cmd/ctlint/cli"
)

// TestMigrate takes the last steps of docs/migrate.md, in which the kernel is asked
// whether the script does what the save files do, in each style.
func TestMigrate(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	host := filepath.Join("..", "..", "fixtures", "migrate", "host")
	v4, v6 := filepath.Join(host, "rules.v4"), filepath.Join(host, "rules.v6")
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		c := cli.CLI{Checks: checks.All(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
		return c.Run(args), out.String()
	}
	for _, style := range []string{"plain", "idiomatic"} {
		script := filepath.Join(t.TempDir(), "rules.nft")
		if code, out := run("translate", "--to", "nft", "--inet", "--style", style, "-o", script, v4, v6); code != 0 {
			t.Fatalf("%s: exit code %d: %s", style, code, out)
		}
		code, out := run("verify", "--packets", "1200", host, script)
		if code != 0 || !strings.Contains(out, "no verdict differs") {
			t.Errorf("%s: exit code %d: %s", style, code, out)
		}
	}
}
