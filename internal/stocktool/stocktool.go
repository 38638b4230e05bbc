// Package stocktool runs the stock iptables tools for tests: each time in a new
// network namespace, that goes away with them.
package stocktool

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Restore loads a save file with a tool, such as iptables-legacy or
// ip6tables-nft, and returns what the tool saves then. The error is that of the
// load. It fails the test if the tool is not there, unless the environment
// variable CTLINT_NO_KERNEL says that nobody shall ask.
func Restore(t testing.TB, tool, text string) (string, error) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the stock tools are not asked")
	}
	if _, err := exec.LookPath(tool + "-restore"); err != nil {
		t.Fatalf("%s-restore is not installed, so this test cannot ask it (apt-get install iptables; or set CTLINT_NO_KERNEL=1)", tool)
	}
	argv := []string{"unshare", "--net"}
	if os.Geteuid() != 0 {
		argv = append(argv, "--user", "--map-root-user")
	}
	// The shell joins the two tools in one namespace; its words are fixed.
	argv = append(argv, "sh", "-c", `"$0"-restore && "$0"-save`, tool)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin = strings.NewReader(text)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}
