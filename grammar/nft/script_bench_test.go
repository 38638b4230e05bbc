package nft_test

import (
	"bytes"
	"context"
	gotoken "go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/fixtures/gen"
	"github.com/ctlint/ctlint/grammar/nft"
)

// bigScripts are scripts of some megabytes.
var bigScripts = []struct {
	name string
	make func() []byte
}{
	{"100000 rules in a chain", func() []byte {
		return generated(func(b *bytes.Buffer) error { return gen.Config{Rules: 100_000, Seed: 1}.NFT(b) })
	}},
	{"100000 rules in a chain, IPv6", func() []byte {
		return generated(func(b *bytes.Buffer) error { return gen.Config{Rules: 100_000, Seed: 1, IPv6: true}.NFT(b) })
	}},
	{"100000 commands that add rules", func() []byte {
		text := generated(func(b *bytes.Buffer) error { return gen.Config{Rules: 100_000, Seed: 1}.NFT(b) })
		var out bytes.Buffer
		out.WriteString("add table ip filter\nadd chain ip filter forward\n")
		for line := range bytes.Lines(text) {
			if rule, ok := bytes.CutPrefix(line, []byte("\t\t")); ok && !bytes.HasPrefix(rule, []byte("type ")) {
				out.WriteString("add rule ip filter forward ")
				out.Write(rule)
			}
		}
		return out.Bytes()
	}},
	{"a set of 1000000 addresses", func() []byte {
		return generated(func(b *bytes.Buffer) error { return gen.Config{Seed: 1}.NFTSet(b, 1_000_000) })
	}},
	{"a set of 1000000 addresses, IPv6", func() []byte {
		return generated(func(b *bytes.Buffer) error { return gen.Config{Seed: 1, IPv6: true}.NFTSet(b, 1_000_000) })
	}},
}

func generated(write func(*bytes.Buffer) error) []byte {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// BenchmarkScript reads big scripts, all the way to the model. Run it with -cpu
// 1 to see one core's work. It reports how much memory the model takes for each
// byte of text and, where nft is installed, how many times longer nft -c takes;
// that is asked to stop after a minute, and then the times are at the least.
func BenchmarkScript(b *testing.B) {
	for _, c := range bigScripts {
		b.Run(strings.ReplaceAll(c.name, " ", "-"), func(b *testing.B) {
			text := c.make()
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if f := nft.Parse(gotoken.NewFileSet(), "rules.nft", text, nft.Options{}); len(f.Errors) > 0 {
					b.Fatal(f.Errors[0])
				}
			}
			b.StopTimer()
			each := b.Elapsed() / time.Duration(b.N)
			before := inUse()
			f := nft.Parse(gotoken.NewFileSet(), "rules.nft", text, nft.Options{})
			b.ReportMetric(float64(inUse()-before)/float64(len(text)), "mem/text")
			runtime.KeepAlive(f)
			if stock, ok := stockTime(b, text); ok {
				b.ReportMetric(float64(stock)/float64(each), "nft-c/this")
			}
		})
	}
}

// BenchmarkFormatScript formats them.
func BenchmarkFormatScript(b *testing.B) {
	for _, c := range bigScripts {
		b.Run(strings.ReplaceAll(c.name, " ", "-"), func(b *testing.B) {
			text := c.make()
			f := nft.Parse(gotoken.NewFileSet(), "rules.nft", text, nft.Options{})
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if f.Format() == nil {
					b.Fatal(f.Errors[0])
				}
			}
		})
	}
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// stockTime returns how long nft takes to check a script.
func stockTime(b *testing.B, text []byte) (time.Duration, bool) {
	b.Helper()
	if _, err := exec.LookPath("nft"); err != nil || os.Getuid() != 0 {
		return 0, false
	}
	name := filepath.Join(b.TempDir(), "rules.nft")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithTimeout(b.Context(), time.Minute)
	defer stop()
	start := time.Now()
	err := exec.CommandContext(ctx, "unshare", "-n", "nft", "-c", "-f", name).Run()
	return time.Since(start), err == nil || ctx.Err() != nil
}
