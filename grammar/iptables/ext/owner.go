package ext

import (
	"os/user"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// maxID is the largest user or group; one more is reserved (libxt_owner).
const maxID = allOnes - 1

var (
	userRange = idRange("user", func(name string) (string, error) {
		u, err := user.Lookup(name)
		if err != nil {
			return "", err
		}
		return u.Uid, nil
	})
	groupRange = idRange("group", func(name string) (string, error) {
		g, err := user.LookupGroup(name)
		if err != nil {
			return "", err
		}
		return g.Gid, nil
	})
)

// idRange is a user or group by name or number, or a range a-b of numbers
// (Value.Lo and Hi). root is 0 on every machine; other names are those of this
// one, but in a listing those of the machine that was listed (Value.Text).
func idRange(what string, lookup func(string) (string, error)) *Arg {
	a := &Arg{
		What: "a " + what + "'s number or name, or a range a-b of numbers",
		Save: func(p *Printer, v *Value) {
			if v.Text != "" {
				p.Word(v.Text)
				return
			}
			p.Uint(v.Lo)
			if v.Lo != v.Hi {
				p.B = strconv.AppendUint(append(p.B, '-'), v.Hi, 10)
			}
		},
	}
	a.Parse = func(c *Context, w []Word, v *Value) *grammar.Error {
		text := w[0].Text
		if text == "root" {
			return nil
		}
		lo, hi := text, text
		if i := strings.IndexAny(text, "-:"); i > 0 {
			lo, hi = text[:i], text[i+1:]
		}
		var ok, ok2 bool
		v.Lo, ok = number(lo, 0, maxID)
		v.Hi, ok2 = number(hi, 0, maxID)
		if ok && ok2 {
			if v.Lo > v.Hi {
				return grammar.Errorf(w[0].Span, "the range %s is reversed", text).Expected("the lower number first")
			}
			return nil
		}
		if c.Listing {
			v.Text = text
			return nil
		}
		id, err := lookup(text)
		if n, ok := number(id, 0, maxID); err == nil && ok {
			v.Lo, v.Hi = n, n
			return nil
		}
		return grammar.Errorf(w[0].Span, "%q is no %s of this machine", text, what).Expected("%s", a.What)
	}
	return a
}

// The owner match (iptables-extensions(8), owner): who owns the socket that made
// the packet.
var _ = match(Ext{
	Name:  "owner",
	Hooks: []ast.Hook{ast.HookOutput, ast.HookPostrouting},
	Options: []Option{
		{Name: "socket-exists", Not: true},
		{Name: "uid-owner", Arg: userRange, Not: true},
		{Name: "gid-owner", Arg: groupRange, Not: true},
		{Name: "suppl-groups", Needs: []string{"gid-owner"}},
	},
	OneOf: []string{"uid-owner", "gid-owner", "socket-exists"},
	Check: checkOwner,
	Lower: lowerOwner,
	Listed: []Listed{
		{"owner socket exists", "-m owner --socket-exists"},
		{"owner UID match $1", "-m owner --uid-owner $1"},
		{"owner GID match $1", "-m owner --gid-owner $1"},
		{"owner GID match $1 incl. suppl. groups", "-m owner --gid-owner $1 --suppl-groups"},
	},
})

func checkOwner(_ *Context, u *Use) *grammar.Error {
	gid := false
	for i := range u.Given {
		switch g := &u.Given[i]; g.Option.Name {
		case "gid-owner":
			gid = true
		case "suppl-groups":
			if !gid {
				return grammar.Errorf(g.Span, "--suppl-groups stands before --gid-owner").Expected("it behind --gid-owner")
			}
		}
	}
	return nil
}

// lowerOwner lowers users and groups. A packet without a socket has none, and
// what is negated then holds (owner_mt: "(info->match ^ info->invert) == 0").
// That there is a socket, and groups besides the first, have no shape of nft's.
func lowerOwner(l *Lowering, u *Use) {
	suppl := u.Has("suppl-groups")
	for i := range u.Given {
		g := &u.Given[i]
		switch {
		case g.Option.Name == "uid-owner":
			l.MatchOrAbsent(g.Span, l.Meta(g.Name.Span, ast.MetaSkuid), ast.OpEq, g.Not, ids(l, g))
		case g.Option.Name == "gid-owner" && !suppl:
			l.MatchOrAbsent(g.Span, l.Meta(g.Name.Span, ast.MetaSkgid), ast.OpEq, g.Not, ids(l, g))
		}
	}
	l.ExtensionOf(u, func(g *Given) bool {
		return g.Option.Name == "socket-exists" || suppl && g.Option.Name != "uid-owner"
	})
}

// ids is the users or groups of an option.
func ids(l *Lowering, g *Given) ast.Expr {
	if g.Text != "" {
		return &ast.Unknown{Span: g.ArgSpan(), Text: g.Text}
	}
	return l.IntRange(g.ArgSpan(), g.Lo, g.Hi)
}
