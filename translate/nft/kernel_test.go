package nft

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// listed loads a script into the kernel, in a network namespace made for it, and
// returns how nft lists it.
func listed(t testing.TB, script string, options ...string) (string, error) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	for _, tool := range []string{"nft", "unshare", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed, so this test cannot ask the kernel (apt-get install nftables util-linux iproute2; or set CTLINT_NO_KERNEL=1)", tool)
		}
	}
	args := []string{"--net"}
	if os.Geteuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	args = append(args, "sh", "-c", "ip link set lo up && nft -f - && nft "+strings.Join(options, " ")+" list ruleset")
	cmd := exec.Command("unshare", args...)
	cmd.Stdin = strings.NewReader(script)
	cmd.Env = append(os.Environ(), "TZ=UTC") // nft has times in the zone of the machine
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil && stderr.Len() > 0 {
		err = fmt.Errorf("nft warns")
	}
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}

// blocks splits a listing into its tables.
func blocks(listing string) []string {
	var out []string
	for _, b := range strings.SplitAfter(listing, "\n}\n") {
		if b != "" {
			out = append(out, b)
		}
	}
	return out
}
