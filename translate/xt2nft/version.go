package xt2nft

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ctlint/ctlint/ast"
)

// Version is a version of nft, such as 1.0.6.
type Version [3]int

// DefaultVersion is the version that is meant where none is given.
var DefaultVersion = Version{1, 0, 6}

// ParseVersion reads a version of up to three numbers.
func ParseVersion(s string) (v Version, err error) {
	parts := strings.Split(strings.TrimPrefix(s, "v"), ".")
	if len(parts) > len(v) {
		return v, fmt.Errorf("%q is no version of nft; expected one such as %s", s, DefaultVersion)
	}
	for i, p := range parts {
		if v[i], err = strconv.Atoi(p); err != nil || v[i] < 0 {
			return v, fmt.Errorf("%q is no version of nft; expected one such as %s", s, DefaultVersion)
		}
	}
	return v, nil
}

func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

func (v Version) less(w Version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

func (o *Options) orDefault() Version {
	if o.Version == (Version{}) {
		return DefaultVersion
	}
	return o.Version
}

// since returns the version of nft from which on it knows a part of a rule, and
// what that part is; false for one that all versions from 0.9.6 on know (which
// is the oldest that a kernel with this package's other needs comes with). The
// numbers are those of the ChangeLogs of nftables' releases.
func since(n ast.Node) (v Version, what string, ok bool) {
	switch n := n.(type) {
	case *ast.SCTPChunk:
		return Version{1, 0, 0}, "chunks of SCTP", true
	case *ast.DCCPOption:
		return Version{1, 0, 6}, "options of DCCP", true
	case *ast.Reset:
		return Version{1, 0, 2}, "the removal of TCP options", true
	case *ast.Socket:
		switch n.Key {
		case "wildcard":
			return Version{0, 9, 8}, "socket wildcard", true
		case "cgroupv2":
			return Version{0, 9, 9}, "socket cgroupv2", true
		}
	case *ast.Match:
		if n.Op == ast.OpNone {
			return Version{0, 9, 9}, "the negation of a list of bits", true
		}
	}
	return v, "", false
}

// unknown says what of a rule the version of nft is too old for.
func (w *rewriter) unknown(r *ast.Rule) (why string) {
	if !w.Version.less(DefaultVersion) {
		return "" // it knows all of it
	}
	ast.Walk(r, func(n ast.Node) bool {
		if v, what, ok := since(n); ok && w.Version.less(v) && why == "" {
			why = fmt.Sprintf("nft %s does not know %s; %s does", w.Version, what, v)
		}
		return why == ""
	})
	return why
}
