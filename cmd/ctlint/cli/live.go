package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/ctlint/ctlint/backend/live"
	"github.com/ctlint/ctlint/checks/unit"
	"github.com/ctlint/ctlint/grammar/load"
)

// liveFlags are the flags by which a command reads the rulesets that are in force, in
// place of files.
type liveFlags struct {
	on    bool
	netns string
	// texts are what was read, by the command lines that have printed it.
	texts map[string][]byte
}

func (l *liveFlags) flags(f *pflag.FlagSet) {
	f.BoolVar(&l.on, "live", false, "read the rulesets that are in force, instead of files: what iptables-save, ip6tables-save, of both variants, ipset save and nft list ruleset print")
	f.StringVar(&l.netns, "netns", "", "with --live, read those of this network namespace of ip netns")
}

// check says what does not go together.
func (l *liveFlags) check(paths []string) error {
	switch {
	case l.on && len(paths) > 0:
		return fmt.Errorf("--live reads what is in force, so %s cannot stand with it", paths[0])
	case !l.on && l.netns != "":
		return errors.New("--netns says where --live reads; give that, too")
	}
	return nil
}

// read reads what is in force, as one host.
func (l *liveFlags) read(counters bool) (unit.Unit, error) {
	if l.netns != "" {
		if err := enterNamespace(l.netns); err != nil {
			return unit.Unit{}, err
		}
	}
	all, err := live.Texts(context.Background(), live.Here{}, counters)
	if err != nil {
		return unit.Unit{}, err
	}
	u := unit.Unit{Whole: true, WithoutIPv6: true}
	l.texts = map[string][]byte{}
	for _, x := range all {
		u.Files = append(u.Files, x.Name)
		l.texts[x.Name] = []byte(x.Text)
		if load.SeesIPv6(x.Name, []byte(x.Text)) != load.WithoutIPv6 {
			u.WithoutIPv6 = false
		}
	}
	return u, nil
}

// units is read for commands that take any number of hosts.
func (l *liveFlags) units(counters bool) ([]unit.Unit, error) {
	u, err := l.read(counters)
	if err != nil || len(u.Files) == 0 {
		return nil, err
	}
	return []unit.Unit{u}, nil
}
