package iptables

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ctlint/ctlint/ast"
)

// FuzzCommands reads any text as a script: it never panics, comes to an end, and
// every place that it tells lies in the text.
func FuzzCommands(f *testing.F) {
	names, _ := filepath.Glob("testdata/commands/*")
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, ".golden") {
			f.Add(string(text))
		}
	}
	for _, seq := range refusals {
		f.Add("iptables " + strings.ReplaceAll(strings.NewReplacer("x ", "", "? ", "").Replace(seq), "; ", "\niptables "))
	}
	for _, s := range []string{
		"-P INPUT DROP\n-A INPUT \"", "iptables-restore<<E\n*filter\n:\n[\n:a b [c]\n[0:0] -A\nE\n", "xtables-nft-multi iptables -A INPUT -j X",
		"$ip -A\n$IPT\n${IPT} $X\niptables $X INPUT -I $Y 3", "xargs iptables -A", "iptables-restore <<A\n$X\n*$X\n:$X $Y\n-$X\nCOMMIT\nA",
		"eval 'iptables -A' $X\nsh -c \"iptables -A $X\"", "a@b# iptables -A INPUT \\\n> -j DROP\n", "cat >x<<E\n*filter\n-A INPUT\nCOMMIT\nE",
		"don't\niptables -A INPUT -j DROP\ndon't\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		watch := time.AfterFunc(20*time.Second, func() { panic("it takes too long: " + strconv.Quote(text)) })
		defer watch.Stop()
		file := Parse("x", text, Commands, ast.FamilyIP, 7)
		checkPlaces(t, file)
	})
}
