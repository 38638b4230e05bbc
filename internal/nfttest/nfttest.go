// Package nfttest lets tests ask nft(8) and the kernel.
package nfttest

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// namespace is a shell in a network namespace of its own, which lives as long as
// the tests: a new namespace for each script would take most of their time.
type namespace struct {
	in  io.Writer
	out *bufio.Reader
	dir string
}

var newNamespace = sync.OnceValues(func() (*namespace, error) {
	for _, tool := range []string{"nft", "unshare", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("%s is not installed, so this test cannot ask the kernel (apt-get install nftables util-linux iproute2; or set CTLINT_NO_KERNEL=1)", tool)
		}
	}
	args := []string{"--net"}
	if os.Geteuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	dir, err := os.MkdirTemp("", "ctlint-nft")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("unshare", append(args, "sh", "-c", `trap 'rm -r "$0"' EXIT; cd "$0" && ip link set lo up && while read -r line; do eval "$line"; done`, dir)...)
	cmd.Env = append(os.Environ(), "TZ=UTC") // nft has times in the zone of the machine
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &namespace{in, bufio.NewReader(out), dir}, cmd.Start()
})

// List loads a script into a kernel without any rules, and returns how nft lists
// it: with the options --json, for example, as JSON. The test is skipped if
// CTLINT_NO_KERNEL is set.
func List(t testing.TB, script string, options ...string) (string, error) {
	t.Helper()
	lists, err := list(t, script, "", strings.Join(options, " "))
	return lists[0], err
}

// ListJSON does what [List] does with a script that is JSON.
func ListJSON(t testing.TB, script string, options ...string) (string, error) {
	t.Helper()
	lists, err := list(t, script, "--json", strings.Join(options, " "))
	return lists[0], err
}

// ListTwice does what [List] does, and returns both how nft lists the script as text
// and as JSON.
func ListTwice(t testing.TB, script string) (text, json string, err error) {
	t.Helper()
	lists, err := list(t, script, "", "", "--json")
	return lists[0], lists[1], err
}

// list loads a script, and lists it with each of some options.
func list(t testing.TB, script, load string, options ...string) ([]string, error) {
	t.Helper()
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("CTLINT_NO_KERNEL is set: the kernel is not asked")
	}
	ns, err := newNamespace()
	if err != nil {
		t.Fatal(err)
	}
	// A script empties the kernel itself, in its first line, which keeps the numbers
	// of the lines: that saves one run of nft in three.
	flush := "nft flush ruleset && "
	if load == "" {
		flush, script = "", "flush ruleset; "+script
	}
	if err := os.WriteFile(filepath.Join(ns.dir, "script"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	lists := make([]string, len(options))
	var ask strings.Builder
	for i, o := range options {
		fmt.Fprintf(&ask, " && nft %s list ruleset >list%d 2>>err", o, i)
	}
	fmt.Fprintf(ns.in, "%snft %s -f script 2>err%s; echo $?\n", flush, load, &ask)
	code, err := ns.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	told, err := os.ReadFile(filepath.Join(ns.dir, "err"))
	if err != nil {
		t.Fatal(err)
	}
	told = noCallback.ReplaceAll(told, nil)
	if code != "0\n" || len(told) > 0 {
		return lists, fmt.Errorf("nft ends with %s: %s", strings.TrimSpace(code), bytes.TrimSpace(told))
	}
	for i := range lists {
		text, err := os.ReadFile(filepath.Join(ns.dir, fmt.Sprint("list", i)))
		if err != nil {
			t.Fatal(err)
		}
		lists[i] = string(text)
	}
	return lists, nil
}

// Blocks splits a listing into its tables.
func Blocks(listing string) []string {
	var out []string
	for _, b := range strings.SplitAfter(listing, "\n}\n") {
		if b != "" {
			out = append(out, b)
		}
	}
	return out
}

// noCallback is what nft warns of where its JSON holds text instead of values.
var noCallback = regexp.MustCompile(`(?m)^warning: stmt ops .* have no json callback\n`)

var errorLine = regexp.MustCompile(`(?m)^script:(\d+):\S+ Error.*`)

// AtOnce is how many tables are best loaded at once: the time that nft takes to
// list them grows with the square of their number, and each run of it takes some.
const AtOnce = 50

// ListEach loads scripts of one table each, many at once, and returns how nft
// lists each of the tables, or why it is refused.
func ListEach(t testing.TB, scripts []string, options ...string) (lists []string, errs []error) {
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
		out, err := List(t, b.String(), options...)
		if list := Blocks(out); err == nil && len(list) == len(which) {
			for i, w := range which {
				lists[w] = list[i]
			}
			return
		}
		if len(which) == 1 {
			errs[which[0]] = cmp.Or(err, fmt.Errorf("nft lists %q", out))
			return
		}
		// Those that are told of are refused; the others are tried again.
		bad := make([]bool, len(which))
		told := 0
		for _, m := range errorLine.FindAllStringSubmatch(fmt.Sprint(err), -1) {
			n, _ := strconv.Atoi(m[1])
			if i, _ := slices.BinarySearch(ends, n); i < len(which) && !bad[i] {
				bad[i] = true
				errs[which[i]] = errors.New(m[0])
				told++
			}
		}
		if told == 0 {
			load(which[:len(which)/2])
			load(which[len(which)/2:])
			return
		}
		var good []int
		for i, w := range which {
			if !bad[i] {
				good = append(good, w)
			}
		}
		if len(good) > 0 {
			load(good)
		}
	}
	all := make([]int, len(scripts))
	for i := range all {
		all[i] = i
	}
	for which := range slices.Chunk(all, AtOnce) {
		load(which)
	}
	return lists, errs
}
