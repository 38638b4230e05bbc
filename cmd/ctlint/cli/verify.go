package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/backend/sandbox"
	"github.com/ctlint/ctlint/backend/verify"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
	"github.com/ctlint/ctlint/semantics"
)

// verifier is the command ctlint verify with its flags.
type verifier struct {
	*CLI
	packets int
	seed    uint64
	show    int
	variant *choice
	format  *choice
	fset    *token.FileSet
	texts   map[string]string // by the names of files
}

func (c *CLI) verifyCommand() *cobra.Command {
	v := &verifier{CLI: c, variant: oneOf(string(verify.Legacy), string(verify.Legacy), string(verify.NFTables)), format: oneOf("text", "text", "json")}
	cmd := &cobra.Command{
		Use:   "verify RULESET [OTHER]",
		Short: "Ask the kernel what rulesets do to packets",
		Long: `Verify loads a ruleset into a network namespace made for it, sends packets through
it, and compares what the kernel does to each with what ctlint says it does. With
two rulesets it compares what the kernel does with the one and with the other, such
as the source of a translation and its result.

A RULESET is a file, or a folder with the files of one host, such as rules.v4 and
rules.v6. Save files are loaded with iptables-restore, of the variant of --iptables;
scripts and listings of iptables as the save file that they amount to; nft's with
nft -f.

The packets are drawn from what the rules name and from what is beside that: at
input, forward and output, of IPv4 and IPv6, new, established, related, invalid and
untracked. The same --seed draws the same packets. Of a packet that meets something
that depends on more than the packet, such as a rate, nothing is said; with two
rulesets, if it does so with both, and they fare differently.

It takes root, or user namespaces for ordinary users, and the stock tools. The
host's own rules are neither read nor touched, and nothing is left.

The exit code is 0 if nothing differs, 1 if something does, 2 if a ruleset cannot be
read or the stock tools refuse it, and 3 if the kernel cannot be asked.`,
		Example: `  sudo ctlint verify /etc/iptables
  sudo ctlint verify rules.v4 rules.nft --packets 20000
  sudo ctlint verify /etc/nftables.conf --format json`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error { return v.run(args) },
	}
	f := cmd.Flags()
	f.IntVar(&v.packets, "packets", 5000, "how many packets are sent")
	f.Uint64Var(&v.seed, "seed", 1, "what the packets are drawn by")
	f.IntVar(&v.show, "show", 5, "how many packets are told of that differ")
	f.Var(v.variant, "iptables", "which iptables-restore loads save files")
	f.Var(v.format, "format", "how the outcome is written")
	return cmd
}

func (v *verifier) run(args []string) error {
	if v.packets < 1 {
		return errors.New("--packets must be 1 or more")
	}
	v.fset, v.texts = token.NewFileSet(), map[string]string{}
	var hosts []*verify.Host
	for _, arg := range args {
		h, err := v.host(arg)
		if err != nil {
			return err
		}
		hosts = append(hosts, h)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := newProgress(v.Stderr)
	defer p.stop()
	o := verify.Options{Packets: v.packets, Witnesses: maxWitnesses, Seed: v.seed, Traces: min(v.show, maxTraces), Progress: p.counted("packets")}
	var r *verify.Report
	var err error
	if len(hosts) == 2 {
		r, err = verify.Alike(ctx, hosts[0], hosts[1], o)
	} else {
		r, err = verify.Ruleset(ctx, hosts[0], o)
	}
	p.stop()
	var refused *sandbox.Refused
	var beyond *verify.Beyond
	switch {
	case errors.As(err, &refused), errors.As(err, &beyond):
		return err
	case err != nil:
		fmt.Fprintf(v.Stderr, "ctlint: %v\n", err)
		return exit(Failed)
	}
	out := v.outcome(args, r)
	if v.format.value == "json" {
		e := json.NewEncoder(v.Stdout)
		e.SetIndent("", "  ")
		err = e.Encode(out)
	} else {
		err = out.write(v.Stdout)
	}
	if err == nil && r.Differ > 0 {
		err = exit(Found)
	}
	return err
}

// maxWitnesses is how many rules get packets of their own that those drawn by chance
// do not meet: each may take some milliseconds.
const maxWitnesses = 1000

// maxTraces is how many packets are followed through the kernel: each takes
// about half a second.
const maxTraces = 5

// host reads the files of one host.
func (v *verifier) host(arg string) (*verify.Host, error) {
	if arg == "-" {
		return nil, errors.New("verify reads files, not standard input; expected a path")
	}
	units, err := unit.Collect([]string{arg})
	if err != nil {
		return nil, err
	}
	switch {
	case len(units) == 0:
		return nil, fmt.Errorf("%s: there is no ruleset in it", arg)
	case len(units) > 1:
		return nil, fmt.Errorf("%s: there are the rulesets of %d hosts in it, such as %s and %s; name one", arg, len(units), units[0].Name(), units[1].Name())
	}
	var sources []*load.Source
	for _, name := range units[0].Files {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s := load.Parse(v.fset, name, src, load.Options{})
		v.texts[name] = s.Text
		sources = append(sources, s)
	}
	h, err := verify.NewHost(verify.Variant(v.variant.value), sources...)
	var unread *verify.Unread
	if errors.As(err, &unread) {
		return nil, errors.New(unread.Err.Format(v.fset))
	}
	return h, err
}

// verified is the outcome as it is written in JSON.
type verified struct {
	Rulesets []string  `json:"rulesets"`
	Packets  int       `json:"packets"`
	Compared int       `json:"compared"`
	Accepted int       `json:"accepted"`
	Dropped  int       `json:"dropped"`
	Open     int       `json:"open"`     // the prediction leaves them open
	Lost     int       `json:"lost"`     // they did not come to the ruleset
	Unsent   int       `json:"unsent"`   // they could not be sent, or not in their state
	Rules    int       `json:"rules"`    // that packets can come to
	RulesHit int       `json:"rulesHit"` // that they came to
	Differ   int       `json:"differ"`
	Seed     uint64    `json:"seed"`
	Found    []differs `json:"differing"`
}

// differs is a packet that fared otherwise than it should.
type differs struct {
	Packet    string     `json:"packet"`
	Bytes     string     `json:"bytes"` // from the IP header on, in hexadecimal
	Kernel    string     `json:"kernel"`
	Other     string     `json:"other,omitempty"`     // with the other ruleset
	Predicted string     `json:"predicted,omitempty"` // accept or drop
	Path      []string   `json:"path,omitempty"`      // the rules that it should meet
	Traces    [][]string `json:"traces,omitempty"`    // what it met in the kernel, by ruleset
}

func (v *verifier) outcome(args []string, r *verify.Report) *verified {
	out := &verified{
		Rulesets: args, Packets: r.Packets, Compared: r.Compared, Accepted: r.Accepted, Dropped: r.Dropped,
		Open: r.Unknown, Lost: r.Lost, Unsent: r.Refused + r.Unstaged, Rules: r.Rules, RulesHit: r.Hit, Differ: r.Differ, Seed: v.seed, Found: []differs{},
	}
	for i := range min(v.show, len(r.Disagreements)) {
		d := &r.Disagreements[i]
		x := differs{Packet: d.Packet.String(), Bytes: fmt.Sprintf("%x", d.Probe.Packet), Kernel: d.Kernel.String(), Traces: d.Traces}
		switch {
		case d.Other != nil:
			x.Other = d.Other.String()
		case d.Predicted.Accepts():
			x.Predicted = "accept"
		default:
			x.Predicted = "drop"
		}
		for _, s := range d.Path {
			x.Path = append(x.Path, v.rule(s))
		}
		out.Found = append(out.Found, x)
	}
	return out
}

// rule returns a rule with its place.
func (v *verifier) rule(s semantics.Step) string {
	at := v.fset.Position(token.Pos(s.Rule.From))
	text := ""
	if all, ok := v.texts[at.Filename]; ok {
		text, _, _ = strings.Cut(strings.TrimSpace(slice(all, v.fset, s.Rule.Span)), "\n")
	}
	unsure := ""
	if !s.Sure {
		unsure = " (perhaps)"
	}
	return fmt.Sprintf("%s: %s: %s%s", at, s.Chain.Name, text, unsure)
}

func slice(text string, fset *token.FileSet, at ast.Span) string {
	f := fset.File(at.Pos())
	from, to := f.Offset(at.Pos()), f.Offset(at.End())
	if from > to || to > len(text) {
		return ""
	}
	return text[from:to]
}

func (o *verified) write(w io.Writer) error {
	var b strings.Builder
	for _, d := range o.Found {
		fmt.Fprintf(&b, "%s\n", d.Packet)
		if d.Other != "" {
			fmt.Fprintf(&b, "  with %s the kernel %s\n", o.Rulesets[0], d.Kernel)
			trace(&b, d.Traces, 0)
			fmt.Fprintf(&b, "  with %s it %s\n", o.Rulesets[1], d.Other)
			trace(&b, d.Traces, 1)
			continue
		}
		fmt.Fprintf(&b, "  it should %s it\n", d.Predicted)
		for _, l := range d.Path {
			fmt.Fprintf(&b, "    %s\n", l)
		}
		fmt.Fprintf(&b, "  the kernel %s\n", d.Kernel)
		trace(&b, d.Traces, 0)
	}
	if more := o.Differ - len(o.Found); more > 0 && len(o.Found) > 0 {
		fmt.Fprintf(&b, "and %d more\n", more)
	}
	fmt.Fprintf(&b, "%s sent, %d compared: %d accepted, %d dropped\n", plural(o.Packets, "packet"), o.Compared, o.Accepted, o.Dropped)
	for _, x := range []struct {
		n    int
		what string
	}{
		{o.Open, "are left open by the prediction: what becomes of them depends on more than the packet"},
		{o.Lost, "did not come to the ruleset"},
		{o.Unsent, "could not be sent as they should be"},
	} {
		if x.n > 0 {
			fmt.Fprintf(&b, "%d %s\n", x.n, x.what)
		}
	}
	fmt.Fprintf(&b, "%d of %s met\n", o.RulesHit, plural(o.Rules, "rule"))
	switch o.Differ {
	case 0:
		b.WriteString("no verdict differs\n")
	case 1:
		b.WriteString("1 verdict differs\n")
	default:
		fmt.Fprintf(&b, "%d verdicts differ\n", o.Differ)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func trace(b *strings.Builder, traces [][]string, i int) {
	if i < len(traces) {
		for _, l := range traces[i] {
			fmt.Fprintf(b, "    %s\n", l)
		}
	}
}
