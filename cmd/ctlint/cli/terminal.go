package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// isTerminal reports whether w is a file at which somebody may be looking, or typing.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// useColor decides on --color for what is written to w (https://no-color.org).
func useColor(flag string, w io.Writer) bool {
	switch flag {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && isTerminal(w)
}

// progressAfter is how long somebody waits before there is a word of it.
const progressAfter = time.Second

// progress tells on a terminal how far a run has come, once it takes long.
type progress struct {
	w     io.Writer // nil: nobody is looking
	mu    sync.Mutex
	shown bool
	done  bool
	text  string
	timer *time.Timer
}

func newProgress(w io.Writer) *progress {
	p := &progress{}
	if isTerminal(w) {
		p.w = w
		p.text = "reading"
		p.timer = time.AfterFunc(progressAfter, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.show()
		})
	}
	return p
}

// update is called when done of all are done.
func (p *progress) update(done, all int) { p.counted("rulesets")(done, all) }

// counted returns what is called when done of all things of some kind are done.
func (p *progress) counted(things string) func(done, all int) {
	return func(done, all int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.text = fmt.Sprintf("%d of %d %s", done, all, things)
		if p.shown {
			p.show()
		}
	}
}

func (p *progress) show() {
	if p.w != nil && !p.done {
		p.shown = true
		fmt.Fprintf(p.w, "\r\x1b[Kctlint: %s", p.text)
	}
}

// stop takes the line away again. It may be called more than once.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	p.done = true
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
