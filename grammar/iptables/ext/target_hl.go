package ext

import "github.com/ctlint/ctlint/ast"

// The HL target (iptables-extensions(8), HL; xt_HL): TTL for IPv6.
var _ = target(hopsExt("HL", V6, "hl", ast.IP6Hoplimit))
