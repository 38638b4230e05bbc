package drivertest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ctlint/ctlint/checks/check"
)

// Variants are the stock iptables tools that [Restore] may ask.
var Variants = []string{"legacy", "nft"}

// Restore gives an example's save files to the stock iptables-restore of a
// variant, and so to the kernel, in a network namespace made for it, and returns
// why they are refused. With the option --test they are only read. Scripts of nft go to
// nft -f, whatever the variant. The test is skipped if CTLINT_NO_KERNEL is set.
func Restore(t *testing.T, variant string, e check.Example, options ...string) error {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	for _, f := range e.Files() {
		tool := "iptables-" + variant + "-restore"
		args := options
		switch {
		case strings.HasSuffix(f.File, "v6"):
			tool = "ip6tables-" + variant + "-restore"
		case strings.HasSuffix(f.File, ".nft"), strings.HasSuffix(f.File, "nftables.conf"):
			tool, args = "nft", []string{"-f", "-"}
		}
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed, so this test cannot ask it (apt-get install iptables nftables; or set CTLINT_NO_KERNEL=1)", tool)
		}
		ns := []string{"--net", tool}
		if os.Geteuid() != 0 {
			ns = []string{"--net", "--user", "--map-root-user", tool}
		}
		cmd := exec.Command("unshare", append(ns, args...)...)
		cmd.Stdin = strings.NewReader(f.Text)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w: %s", f.File, err, strings.TrimSpace(stderr.String()))
		}
	}
	return nil
}
