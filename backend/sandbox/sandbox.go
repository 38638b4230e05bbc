// Package sandbox is a firewall of its own: a network namespace with devices of
// the caller's choice, where rulesets are loaded and packets are injected, and
// which is gone with the process that lives in it.
//
// That process is the caller's own program, started anew; a program that uses the
// package calls [Main] before anything else.
package sandbox

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Options say how a sandbox is made. The zero Options do.
type Options struct {
	// TUN is the device file that network devices are made with; empty for
	// /dev/net/tun.
	TUN string
	// UserNamespace asks for a user namespace even where the process may do
	// without.
	UserNamespace bool
}

// Box is a sandbox. Its methods may be called by one goroutine at a time.
type Box struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	enc    *gob.Encoder
	dec    *gob.Decoder
	stderr tail
	exited chan struct{}
	exit   error // of the process, once exited is closed
	close  sync.Once
}

// processName is what the sandbox's process is called in its arguments: by that
// the program knows itself again.
const processName = "ctlint-sandbox"

// Main does nothing in an ordinary process. In one that [Start] has made it serves
// the sandbox, and does not return.
func Main() {
	if len(os.Args) == 0 || os.Args[0] != processName {
		return
	}
	if err := serve(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Start makes a sandbox. It goes away with [Box.Close], with the context, and with
// the calling process, however that ends.
func Start(ctx context.Context, o Options) (*Box, error) {
	b := &Box{exited: make(chan struct{})}
	cmd, err := process(o)
	if err != nil {
		return nil, err
	}
	b.cmd = cmd
	if b.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = &b.stderr
	if err := launch(cmd, func(err error) { b.exit = err; close(b.exited) }); err != nil {
		return nil, fmt.Errorf("no network namespace can be made: %w%s", err, hint(err))
	}
	b.enc, b.dec = gob.NewEncoder(b.in), gob.NewDecoder(out)
	go func() {
		select {
		case <-ctx.Done():
			b.kill()
		case <-b.exited:
		}
	}()
	// The first answer says that the process is up.
	if _, err := b.call(ctx, request{}); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Close ends the sandbox, and returns when it is gone.
func (b *Box) Close() {
	b.close.Do(func() {
		b.in.Close() //nolint:errcheck // the process ends all the same
		select {
		case <-b.exited:
		case <-time.After(2 * time.Second):
			b.kill()
			<-b.exited
		}
	})
}

func (b *Box) kill() {
	// It has gone already, if that fails.
	_ = b.cmd.Process.Kill()
}

// Network makes the devices. It is called once.
func (b *Box) Network(ctx context.Context, n Network) error {
	_, err := b.call(ctx, request{Network: &n})
	return err
}

// Refused is the error of a text that its tool did not take.
type Refused struct {
	Tool   string
	Output string
}

func (r *Refused) Error() string { return fmt.Sprintf("%s refuses it: %s", r.Tool, r.Output) }

// Load gives a text to its tool, on standard input. The sentinels that see the
// packets come when the first packet is injected, so that a text may flush what
// there is.
func (b *Box) Load(ctx context.Context, t Text) error {
	r, err := b.call(ctx, request{Load: &t})
	if err == nil && r.Output != "" {
		return &Refused{Tool: loaders[t.Tool].load[0], Output: r.Output}
	}
	return err
}

// Save returns what a tool says that is loaded now, with its counters.
func (b *Box) Save(ctx context.Context, t Tool) (string, error) {
	r, err := b.call(ctx, request{Save: t})
	return r.Output, err
}

// Run runs a tool in the sandbox with that text on its standard input, and returns
// what it prints on its standard output. The error is [*Refused] if the tool fails, and
// [exec.ErrNotFound] if it is not installed.
func (b *Box) Run(ctx context.Context, stdin string, argv ...string) (string, error) {
	r, err := b.call(ctx, request{Run: &command{Argv: argv, Stdin: stdin}})
	switch {
	case err != nil:
		return "", err
	case r.Missing:
		return "", fmt.Errorf("%s: %w", argv[0], exec.ErrNotFound)
	case r.Refusal != "":
		return "", &Refused{Tool: argv[0], Output: r.Refusal}
	}
	return r.Output, nil
}

// batch is how many probes one request carries: few enough to stop soon when the
// context ends.
const batch = 512

// Inject sends packets, one after the other, each into a conntrack table that has
// its flows and nothing else, and returns what became of each.
func (b *Box) Inject(ctx context.Context, probes []Probe) ([]Result, error) {
	out := make([]Result, 0, len(probes))
	for len(probes) > 0 {
		n := min(len(probes), batch)
		r, err := b.call(ctx, request{Inject: probes[:n]})
		if err != nil {
			return out, err
		}
		out, probes = append(out, r.Results...), probes[n:]
	}
	return out, nil
}

// Trace sends a packet as [Box.Inject] does, and returns its way through the rules as
// the kernel tells it: the trace of those of nft, and of those of iptables the
// ones whose counters it moves. Something must have been injected before.
func (b *Box) Trace(ctx context.Context, p Probe) ([]string, error) {
	r, err := b.call(ctx, request{Trace: &p})
	return r.Lines, err
}

// call asks the process.
func (b *Box) call(ctx context.Context, q request) (response, error) {
	if err := ctx.Err(); err != nil {
		return response{}, err
	}
	var r response
	err := b.enc.Encode(&q)
	if err == nil {
		err = b.dec.Decode(&r)
	}
	if err != nil {
		b.Close()
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		if s := b.stderr.String(); s != "" {
			return r, fmt.Errorf("the sandbox has failed: %s", s)
		}
		return r, fmt.Errorf("the sandbox has ended: %w", errors.Join(err, b.exit))
	}
	if r.Err != "" {
		return r, errors.New(r.Err)
	}
	return r, nil
}

// tail keeps the beginning of what a process says: a panic's message, without all
// of its goroutines.
type tail struct {
	mu   sync.Mutex
	text strings.Builder
}

const tailLength = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if left := tailLength - t.text.Len(); left > 0 {
		t.text.Write(p[:min(left, len(p))])
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(t.text.String())
}
