package ext

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/grammar"
)

// multicastMAC is a link-layer address of a group (Value.Text, as it is
// printed).
var multicastMAC = &Arg{
	What: "a link-layer multicast address, such as 01:00:5e:00:00:01",
	Save: func(p *Printer, v *Value) { p.Word(v.Text) },
}

func init() {
	multicastMAC.Parse = func(_ *Context, w []Word, v *Value) *grammar.Error {
		parts := strings.Split(w[0].Text, ":")
		text := make([]string, len(parts))
		for i, s := range parts {
			n, err := strconv.ParseUint(s, 16, 8)
			if err != nil || len(s) > 2 || len(parts) != 6 || i == 0 && n&1 == 0 {
				return multicastMAC.Bad(w[0])
			}
			text[i] = fmt.Sprintf("%02X", n)
		}
		v.Text = strings.Join(text, ":")
		return nil
	}
}

// The CLUSTERIP target (iptables-extensions(8), CLUSTERIP; libipt_CLUSTERIP).
// The first rule of a cluster's address makes it, with --new and all but
// --hash-init; others have no options. Linux 6.2 removed it in favour of the
// cluster match.
var _ = target(Ext{
	Name:   "CLUSTERIP",
	Family: V4,
	Options: []Option{
		{Name: "new", Needs: []string{"hashmode", "clustermac", "total-nodes", "local-node"}},
		{Name: "hashmode", Needs: []string{"new"}, Arg: Keyword("hash mode", Name{"sourceip", 0}, Name{"sourceip-sourceport", 1}, Name{"sourceip-sourceport-destport", 2})},
		{Name: "clustermac", Needs: []string{"new"}, Arg: multicastMAC},
		{Name: "total-nodes", Needs: []string{"new"}, Arg: Uint(1, 16)},
		{Name: "local-node", Needs: []string{"new"}, Arg: Uint(1, 16)},
		{Name: "hash-init", Needs: []string{"new"}, Arg: Uint(0, 1<<32-1)},
	},
	Check: func(_ *Context, u *Use) *grammar.Error {
		all, local := u.Get("total-nodes"), u.Get("local-node")
		if all != nil && local != nil && local.Lo > all.Lo {
			return grammar.Errorf(local.Span, "local node %d of %d", local.Lo, all.Lo).Expected("a number from 1 to %d", all.Lo)
		}
		return nil
	},
	Save: func(p *Printer, u *Use) {
		for i := range u.Ext.Options {
			if g := u.Get(u.Ext.Options[i].Name); g != nil {
				p.Given(g)
			}
		}
		if u.Has("new") && !u.Has("hash-init") {
			p.Word("--hash-init 0")
		}
	},
	Listed: []Listed{
		{"CLUSTERIP hashmode=$1 clustermac=$2 total_nodes=$3 local_node=$4 hash_init=$5",
			"--new --hashmode $1 --clustermac $2 --total-nodes $3 --local-node $4 --hash-init $5"},
		{"CLUSTERIP", "-j CLUSTERIP"},
	},
})
