package ext

import (
	"slices"
	"strings"
)

// srhSID is the argument of the options that compare a segment. Its length is
// printed even where the mask is whole.
var srhSID = hostMask(true)

// The srh match (ip6tables -m srh -h): a segment routing header (RFC 8754). It
// has no shape in nft: the kernel also asks that no more segments are left than
// the header has (srh_mt6 in ip6t_srh), which nft cannot compare.
var _ = match(Ext{
	Name:   "srh",
	Family: V6,
	Options: slices.Concat(
		[]Option{{Name: "srh-next-hdr", Arg: Uint(0, 255), Not: true}},
		srhGroup("srh-hdr-len"), srhGroup("srh-segs-left"), srhGroup("srh-last-entry"),
		[]Option{
			{Name: "srh-tag", Arg: Uint(0, 65535), Not: true},
			{Name: "srh-psid", Arg: srhSID, Not: true}, {Name: "srh-nsid", Arg: srhSID, Not: true}, {Name: "srh-lsid", Arg: srhSID, Not: true},
		}),
	Save: func(p *Printer, u *Use) {
		for i := range u.Ext.Options {
			if g := u.Get(u.Ext.Options[i].Name); g != nil {
				v := *g
				v.Lo = srhValue(u, g)
				p.Given(&v)
			}
		}
	},
	Lower: func(l *Lowering, u *Use) {
		v := *u
		v.Given = slices.Clone(u.Given)
		for i := range v.Given {
			v.Given[i].Lo = srhValue(u, &v.Given[i])
		}
		l.Extension(&v)
	},
	Listed: srhListed(),
})

func srhGroup(name string) []Option {
	var out []Option
	for _, op := range []string{"-eq", "-gt", "-lt"} {
		out = append(out, Option{Name: name + op, Arg: Uint(0, 255), Not: true})
	}
	return out
}

// srhValue returns the value that an option is loaded with. The options -eq, -gt
// and -lt of a field share one place in struct ip6t_srh, so if several are given
// the last of them sets the value of all.
func srhValue(u *Use, g *Given) uint64 {
	n := g.Lo
	group := strings.TrimRight(g.Option.Name, "eqgtl")
	if !strings.HasSuffix(group, "-") {
		return n
	}
	for i := range u.Given {
		if o := &u.Given[i]; strings.TrimRight(o.Option.Name, "eqgtl") == group {
			n = o.Lo
		}
	}
	return n
}

func srhListed() []Listed {
	var forms []string
	for _, o := range []string{"next-hdr", "hdr-len-eq", "hdr-len-gt", "hdr-len-lt", "segs-left-eq", "segs-left-gt", "segs-left-lt",
		"last-entry-eq", "last-entry-gt", "last-entry-lt", "tag"} {
		forms = append(forms, o+":$1", "--srh-"+o+" $1")
	}
	for _, o := range []string{"psid", "nsid", "lsid"} {
		forms = append(forms, o+" ! $1", "! --srh-"+o+" $1", o+" $1", "--srh-"+o+" $1")
	}
	return listed("srh", "-m srh", forms...)
}
