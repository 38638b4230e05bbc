package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/ctlint/ctlint/fixtures/gen"
)

// BenchmarkLint lints a save file of 100,000 rules with all checks, as a whole
// process, in turn with iptables-legacy-restore --test on the same file. It
// reports the ratio of their times (x/stock, the median of the pairs) and ctlint's
// peak memory in sizes of the file (x/file).
func BenchmarkLint(b *testing.B) {
	if _, err := exec.LookPath("iptables-legacy-restore"); err != nil {
		b.Fatalf("there is nothing to compare with: %v (apt-get install iptables)", err)
	}
	dir := b.TempDir()
	tool := filepath.Join(dir, "ctlint")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var text bytes.Buffer
	if err := gen.Save(&text, 100_000, 1); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(dir, "rules.v4")
	if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	var ratios []float64
	var peak int64
	for b.Loop() {
		ours, rss := timed(b, exec.Command(tool, "lint", "--exit-zero", file))
		b.StopTimer()
		stock, _ := timed(b, exec.Command("unshare", "--user", "--map-root-user", "--net", "iptables-legacy-restore", "--test", file))
		b.StartTimer()
		ratios = append(ratios, ours.Seconds()/stock.Seconds())
		peak = max(peak, rss)
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x/stock")
	b.ReportMetric(float64(peak)/float64(text.Len()), "x/file")
}

// timed runs a command and returns how long it took and its peak memory in bytes.
func timed(b *testing.B, cmd *exec.Cmd) (time.Duration, int64) {
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return time.Since(start), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024
}

// BenchmarkTranslate translates a save file of 100,000 rules to nft, rule by rule and
// without proof, as a whole process, in turn with iptables-restore-translate on the
// same file. It reports the ratio of their times (x/stock, the median of the pairs),
// and how long the idiomatic style takes with its proof (s/proved).
func BenchmarkTranslate(b *testing.B) {
	const stockTool = "iptables-restore-translate"
	if _, err := exec.LookPath(stockTool); err != nil {
		b.Fatalf("there is nothing to compare with: %v (apt-get install iptables)", err)
	}
	dir := b.TempDir()
	tool := filepath.Join(dir, "ctlint")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var text bytes.Buffer
	if err := gen.Save(&text, 100_000, 1); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(dir, "rules.v4")
	if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	var ratios []float64
	for b.Loop() {
		ours, _ := timed(b, exec.Command(tool, "translate", "--to", "nft", "--style", "plain", "--prove=false", file))
		b.StopTimer()
		stock, _ := timed(b, exec.Command(stockTool, "-f", file))
		b.StartTimer()
		ratios = append(ratios, ours.Seconds()/stock.Seconds())
	}
	b.StopTimer()
	proved, _ := timed(b, exec.Command(tool, "translate", "--to", "nft", file))
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x/stock")
	b.ReportMetric(proved.Seconds(), "s/proved")
}
