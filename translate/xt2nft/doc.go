// Package xt2nft rewrites rulesets of iptables and ip6tables so that nft(8) can
// say them: what [github.com/ctlint/ctlint/translate/nft] then prints means the
// same as what was read.
//
// Most rules need no more than a counter, as both dialects lower into one model.
// The rest of this package is about those that nft has no single rule for, or
// says with other means: alternatives become several rules or a chain, the lists
// and tables of stateful matches become dynamic sets, extensions become raw
// payload. Each extension is rewritten in a file of its own.
//
// What cannot be said is refused, by rule and reason. A rule is never widened, and
// none is left out in silence.
package xt2nft
