package nft

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
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

var errorLine = regexp.MustCompile(`(?m)^/dev/stdin:(\d+):\S+ Error`)

// listedEach loads scripts of one table each, many at once, and returns how nft
// lists each of the tables, or why it is refused.
func listedEach(t testing.TB, scripts []string, options ...string) (lists []string, errs []error) {
	t.Helper()
	lists, errs = make([]string, len(scripts)), make([]error, len(scripts))
	var load func(which []int)
	load = func(which []int) {
		var b strings.Builder
		ends := make([]int, len(which)) // the lines that end the scripts
		lines := 0
		for i, w := range which {
			b.WriteString(scripts[w])
			lines += strings.Count(scripts[w], "\n")
			ends[i] = lines
		}
		out, err := listed(t, b.String(), options...)
		if list := blocks(out); err == nil && len(list) == len(which) {
			for i, w := range which {
				lists[w] = list[i]
			}
			return
		}
		if len(which) == 1 {
			errs[which[0]] = cmp.Or(err, fmt.Errorf("nft lists %q", out))
			return
		}
		// Those that are told of are tried by themselves, the others together.
		bad := make([]bool, len(which))
		told := 0
		for _, m := range errorLine.FindAllStringSubmatch(fmt.Sprint(err), -1) {
			n, _ := strconv.Atoi(m[1])
			if i, _ := slices.BinarySearch(ends, n); i < len(which) && !bad[i] {
				bad[i] = true
				told++
			}
		}
		if told == 0 || told == len(which) {
			load(which[:len(which)/2])
			load(which[len(which)/2:])
			return
		}
		var good []int
		for i, w := range which {
			if bad[i] {
				load([]int{w})
			} else {
				good = append(good, w)
			}
		}
		load(good)
	}
	all := make([]int, len(scripts))
	for i := range all {
		all[i] = i
	}
	for which := range slices.Chunk(all, 50) {
		load(which)
	}
	return lists, errs
}
