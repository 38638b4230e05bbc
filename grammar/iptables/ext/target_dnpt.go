package ext

import "github.com/ctlint/ctlint/ast"

// The DNPT target (iptables-extensions(8), DNPT; ip6t_NPT), which undoes SNPT.
var _ = target(nptExt("DNPT", ast.HookPrerouting, ast.HookOutput))
