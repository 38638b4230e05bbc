package unified

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestDiff(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"same", "a\n", "a\n", ""},
		{"one", "a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nE\nf\ng\nh\ni\n", "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n"},
		{"from nothing", "", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{"to nothing", "a\n", "", "@@ -1 +0,0 @@\n-a\n"},
		{"no newline", "a\nb", "a\nc", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
		{"newline added", "a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"crlf kept", "a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
		{"two hunks", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "x\n2\n3\n4\n5\n6\n7\n8\ny\n", "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n"},
		{"one hunk of two", "1\n2\n3\n4\n5\n6\n7\n8\n", "x\n2\n3\n4\n5\n6\n7\ny\n", "@@ -1,8 +1,8 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want != "" {
				want = "--- a\n+++ b\n" + want
			}
			if got := Diff("a", "b", c.old, c.new); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestPatch has patch(1) apply diffs of texts made at random.
func TestPatch(t *testing.T) {
	if _, err := exec.LookPath("patch"); err != nil {
		t.Skip("patch(1) is not installed, so diffs are not applied")
	}
	r := rand.New(rand.NewPCG(1, 2))
	dir := t.TempDir()
	for i := range 60 {
		old := randomText(r, 40)
		text := strings.Split(old, "\n")
		for range 1 + r.IntN(5) {
			k := r.IntN(len(text))
			switch r.IntN(3) {
			case 0:
				text[k] = fmt.Sprint("new ", r.IntN(9))
			case 1:
				text = append(text[:k], text[k+1:]...)
			case 2:
				text = append(text[:k], append([]string{"in"}, text[k:]...)...)
			}
			if len(text) == 0 {
				text = []string{"last"}
			}
		}
		now := strings.Join(text, "\n")
		if now == old || now == "" {
			continue
		}
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name, []byte(old), 0o600); err != nil {
			t.Fatal(err)
		}
		diff := Diff("a", "b", old, now)
		cmd := exec.Command("patch", "--silent", "--fuzz=0", name)
		cmd.Stdin = strings.NewReader(diff)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("patch: %v\n%s\n%s", err, out, diff)
		}
		if got, _ := os.ReadFile(name); string(got) != now {
			t.Fatalf("patch made\n%q\nwant\n%q\n%s", got, now, diff)
		}
	}
}

func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range 2 + r.IntN(n) {
		fmt.Fprintf(&b, "line %d\n", r.IntN(12))
	}
	if r.IntN(3) == 0 {
		return strings.TrimSuffix(b.String(), "\n")
	}
	return b.String()
}

// TestMany has more different lines than there are characters below the
// surrogates, which the lines are mapped to.
func TestMany(t *testing.T) {
	var b strings.Builder
	for i := range 70_000 {
		fmt.Fprintf(&b, "%d\n", i)
	}
	old := b.String()
	got := Diff("a", "b", old, strings.Replace(old, "\n60000\n", "\nx\n", 1))
	if want := "@@ -59998,7 +59998,7 @@\n 59997\n 59998\n 59999\n-60000\n+x\n 60001\n 60002\n 60003\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got\n%.300s\nwant\n%s", got, want)
	}
}

func TestTooManyLines(t *testing.T) {
	old, now := "a\nb\nc\nd\ne\n", "a\nB\nc\nD\ne\n"
	var got strings.Builder
	for _, l := range compare(old, now, 3) {
		got.WriteByte(l.op)
		got.WriteString(l.text)
	}
	if want := " a\n-b\n-c\n-d\n+B\n+c\n+D\n e\n"; got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &got, want)
	}
}
