package cli

import (
	"bytes"
	"io"
	"os"
	"testing"
)

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := &progress{w: &out, text: "reading"}
	p.update(1, 3)
	if out.Len() > 0 {
		t.Errorf("it speaks before its time: %q", &out)
	}
	p.mu.Lock()
	p.show()
	p.mu.Unlock()
	p.update(2, 3)
	p.stop()
	p.update(3, 3)
	p.stop()
	if got, want := out.String(), "\r\x1b[Kctlint: 1 of 3 rulesets\r\x1b[Kctlint: 2 of 3 rulesets\r\x1b[K"; got != want {
		t.Errorf("got %q; want %q", got, want)
	}
}

func TestProgressWithoutTerminal(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	p.update(1, 1)
	p.mu.Lock()
	p.show()
	p.mu.Unlock()
	p.stop()
	if out.Len() > 0 {
		t.Errorf("nobody is looking, and it says %q", &out)
	}
}

func TestUseColor(t *testing.T) {
	// A terminal that this test does not have: /dev/ptmx is one.
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("there is no terminal to be had: %v", err)
	}
	defer tty.Close()
	for _, c := range []struct {
		name, flag, noColor, term string
		w                         io.Writer
		want                      bool
	}{
		{"a terminal", "auto", "", "xterm", tty, true},
		{"NO_COLOR", "auto", "1", "xterm", tty, false},
		{"a dumb terminal", "auto", "", "dumb", tty, false},
		{"no terminal", "auto", "", "xterm", &bytes.Buffer{}, false},
		{"always", "always", "1", "dumb", &bytes.Buffer{}, true},
		{"never", "never", "", "xterm", tty, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", c.noColor)
			t.Setenv("TERM", c.term)
			if got := useColor(c.flag, c.w); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
