package verify_test

import (
	"context"
	"errors"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/verify"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
)

func TestMain(m *testing.M) {
	sandbox.Main()
	os.Exit(m.Run())
}

// packetsEnv says how many packets each ruleset of the corpus gets.
const packetsEnv = "CTLINT_VERIFY_PACKETS"

func packets(t *testing.T, otherwise int) int {
	if s := os.Getenv(packetsEnv); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("%s: %v", packetsEnv, err)
		}
		return n
	}
	return otherwise
}

// TestCorpus holds the prediction to the kernel, on every ruleset of the public
// corpora that a stock tool loads.
func TestCorpus(t *testing.T) {
	if os.Getenv("CTLINT_NO_KERNEL") != "" {
		t.Skip("SKIPPED: CTLINT_NO_KERNEL is set, the kernel is not asked")
	}
	// Most of the time goes by while the kernel makes and unmakes devices, so
	// more sandboxes than processors are at work.
	slots := make(chan bool, 12)
	var mu sync.Mutex
	total := verify.Report{}
	loaded, refused := 0, 0
	t.Cleanup(func() {
		t.Logf("%d rulesets, %d not loaded: %d packets, %d compared, %d unknown, %d lost, %d refused, %d unstaged, %d differ",
			loaded, refused, total.Packets, total.Compared, total.Unknown, total.Lost, total.Refused, total.Unstaged, total.Differ)
	})
	for _, root := range []string{"corpora/rulesets", "defects", "corpora/nft-tests/shell"} {
		dir := filepath.Join("..", "..", "..", "shared", filepath.FromSlash(root))
		if _, err := os.Stat(dir); err != nil {
			t.Skipf("SKIPPED: the public corpus is not beside the project: %v", err)
		}
		var files []string
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range units(t, root, dir, files) {
			host, err := host(u)
			if err != nil {
				t.Logf("not read: %v", err)
				refused++
				continue
			}
			t.Run(strings.TrimPrefix(u[0], dir), func(t *testing.T) {
				t.Parallel()
				slots <- true
				defer func() { <-slots }()
				start := time.Now()
				r, err := verify.Ruleset(context.Background(), host, verify.Options{Packets: packets(t, 200), Seed: 1})
				mu.Lock()
				defer mu.Unlock()
				var no *sandbox.Refused
				if errors.As(err, &no) || err != nil && r == nil {
					refused++
					t.Logf("not loaded: %.300v", err)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				loaded++
				t.Logf("%d compared (%d accepted), %d unknown, %d lost, %d refused (%s), %d unstaged; %d of %d rules; %d differ; %s",
					r.Compared, r.Accepted, r.Unknown, r.Lost, r.Refused, r.Why, r.Unstaged, r.Hit, r.Rules, r.Differ, time.Since(start).Round(time.Millisecond))
				for i := range min(len(r.Disagreements), 5) {
					t.Error(&r.Disagreements[i])
				}
				total.Packets += r.Packets
				total.Compared += r.Compared
				total.Unknown += r.Unknown
				total.Lost += r.Lost
				total.Refused += r.Refused
				total.Unstaged += r.Unstaged
				total.Differ += r.Differ
			})
		}
	}
}

// units puts the files together that belong to one host.
func units(t *testing.T, root, dir string, files []string) [][]string {
	var out [][]string
	if root == "defects" {
		us, err := unit.Collect([]string{dir})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range us {
			out = append(out, u.Files)
		}
		return out
	}
	for _, f := range files {
		out = append(out, []string{f})
	}
	return out
}

func host(files []string) (*verify.Host, error) {
	var sources []*load.Source
	fset := token.NewFileSet()
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, load.Parse(fset, name, src, load.Options{}))
	}
	return verify.NewHost(verify.Legacy, sources...)
}
