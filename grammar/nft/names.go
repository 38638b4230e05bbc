package nft

import (
	"strings"

	"github.com/ctlint/ctlint/ast"
	"github.com/ctlint/ctlint/grammar"
)

// keywords are the words that nft's scanner knows by themselves wherever they
// stand, so that nothing can be called by them. Words that it only knows behind
// others (saddr, established) are not among them.
var keywords = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(`
		accept add ah all and arp auto-merge bridge cgroup chain comment comp constant continue counter cpu create ct day
		dccp define delete describe device devices dnat drop dst dup dynamic ecn element elements eq esp ether exists
		expires export exthdr fib flags flow flowtable flush frag fwd gc-interval ge get goto gt handle hbh hook hour ibriport ibrname icmp icmpv6 igmp
		iif iifgroup iifname iiftype import include index inet insert interval ip ip6 ipsec jhash jump le limit list log
		lshift lt map mark masquerade meta meter mh missing monitor ne netdev nftrace not notrack numgen obriport obrname offload
		oif oifgroup oifname oiftype or osf pkttype policy position priority queue quota random redefine redirect reject
		rename replace reset return rshift rt rt0 rt2 rtclassid rule ruleset sctp secmark set size skgid skuid snat socket
		srh symhash synproxy table tcp th time timeout tproxy type typeof udp udplite undefine update vlan vmap xor xt`) {
		all[w] = true
	}
	return all
}()

// Keyword reports whether a word is one of nft's own, so that nothing can be
// called by it, and no value can be written so without quotes.
func Keyword(word string) bool { return keywords[word] }

// ValidName reports whether nft can read a text as the name of a table, a chain,
// a set or an object.
func ValidName(text string) bool { return validName(text) && !keywords[text] && len(text) <= maxName }

// maxName is the longest name of anything (NFT_NAME_MAXLEN, NFT_TABLE_MAXNAMELEN
// without the NUL).
const maxName = 255

// nameAt checks the name of a table, a chain and so on.
func (b *builder) name(s ast.Span, text, what string) ident {
	switch {
	case keywords[text]:
		b.failf(s, "%s is a word of nft's own, so no %s can be called so", quote(text), what).Expected("another name")
	case strings.HasPrefix(text, "//"), strings.HasPrefix(text, "/*"):
		b.failf(s, "%s is no name", quote(clip(text))).Expected("# in front of a comment")
	case !validName(text):
		b.failf(s, "%s is no name", quote(clip(text))).Expected("a letter, _ or . and then letters, digits and /-_.")
	case len(text) > maxName:
		b.failf(s, "the name is %d bytes long", len(text)).Expected("at most %d", maxName)
	}
	return ident{s, text}
}

// validName reports whether nft's scanner takes text for one word.
func validName(text string) bool {
	for i := range len(text) {
		c := text[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '/' && c != '-') {
			return false
		}
	}
	return text != "" && text != "."
}

// path is the name of something with the names of what it lies in.
type path struct {
	family ast.Family // ip, if none is written
	names  [2]ident   // table and name; one of them for a table
	n      int
}

// path reads the family, if one is written, and want names from the words behind
// a keyword. Words behind them are returned.
func (r *reader) path(keyword *tok, words []tok, want int, what string) (p path, rest []tok, ok bool) {
	p.family = ast.FamilyIP
	last := keyword
	if len(words) > 0 {
		if f, ok := ast.ParseFamily(words[0].Value); ok {
			p.family = f
			last = &words[0]
			words = words[1:]
		}
	}
	for p.n = 0; p.n < want; p.n++ {
		kind := "table"
		if p.n == want-1 {
			kind = what
		}
		if p.n >= len(words) || words[p.n].Type != lxWord {
			r.missing(last, "the name of a %s", kind)
			return p, nil, false
		}
		last = &words[p.n]
		p.names[p.n] = r.builder.name(r.tok(last), last.Value, kind)
	}
	return p, words[want:], true
}

// unknownFamily tells of a word too many in front of a name, which is likely to
// be a family that is written wrongly.
func (r *reader) unknownFamily(words []tok, want int) bool {
	if len(words) != want+1 {
		return false
	}
	if _, known := ast.ParseFamily(words[0].Value); known {
		return false
	}
	near := grammar.Near(words[0].Value, families)
	if near == "" {
		return false
	}
	e := r.builder.failf(r.tok(&words[0]), "unknown family %s", quote(words[0].Value)).Expected("%s", oneOf(families))
	e.Hint = near
	return true
}

var families = []string{"ip", "ip6", "inet", "arp", "bridge", "netdev"}
