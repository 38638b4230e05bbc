package nft

import (
	"slices"

	"github.com/ctlint/ctlint/ast"
)

// statement writes a statement of a rule.
func (j *jsonPrinter) statement(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.Match:
		j.match(s)
	case *ast.Verdict:
		j.verdict(s)
	case *ast.VMap:
		j.mapping("vmap", s.Key, s.Map, domain{typ: ast.TypeVerdict})
	case *ast.Counter:
		j.counter(s)
	case *ast.Last:
		j.last(s)
	case *ast.ObjRef:
		j.named(s.Kind.String(), func() { j.expr(s.Name, domain{typ: ast.TypeString}) })
	case *ast.Log:
		j.log(s)
	case *ast.Limit:
		j.members("limit", func() { j.limit(s) })
	case *ast.Quota:
		j.members("quota", func() { j.quota(s) })
	case *ast.ConnLimit:
		j.members("ct count", func() {
			j.keyUint("val", uint64(s.Count))
			j.keyBoolIf("inv", s.Over)
		})
	case *ast.Reject:
		j.reject(s)
	case *ast.NAT:
		j.nat(s)
	case *ast.Notrack:
		j.named("notrack", j.null)
	case *ast.Assign:
		j.assign(s)
	case *ast.Reset:
		j.named("reset", func() { j.expr(s.Target, domain{}) })
	case *ast.Dup:
		j.dup(s)
	case *ast.Fwd:
		j.fwd(s)
	case *ast.Queue:
		j.queue(s)
	case *ast.TProxy:
		j.tproxy(s)
	case *ast.Synproxy:
		j.orNull("synproxy", func() { j.synproxy(s) })
	case *ast.FlowAdd:
		j.members("flow", func() {
			j.keyStr("op", "add")
			j.keyStr("flowtable", "@"+s.Table)
		})
	case *ast.SetOp:
		j.setOp(s)
	case *ast.Meter:
		j.meter(s)
	case *ast.Extension:
		j.extension(s)
	default:
		j.p.refuse(s, "%T is no statement that the JSON of nft has", s)
	}
}

// orNull writes an object of one member: an object of the members that are
// written, or null if there are none.
func (j *jsonPrinter) orNull(name string, members func()) {
	j.named(name, func() {
		from := len(j.b)
		j.object(members)
		if string(j.b[from:]) == "{}" {
			j.b = j.b[:from]
			j.null()
		}
	})
}

// verdict writes a verdict.
func (j *jsonPrinter) verdict(v *ast.Verdict) {
	if v.Kind != ast.VerdictJump && v.Kind != ast.VerdictGoto {
		j.named(v.Kind.String(), j.null)
		return
	}
	if c := j.p.table.Chain(v.Chain); c != nil && c.Anonymous {
		j.p.refuse(v, "the JSON of nft has no chain that is written where a rule goes to it")
	}
	j.members(v.Kind.String(), func() { j.keyStr("target", v.Chain) })
}

// counter writes a counter, with what it has counted.
func (j *jsonPrinter) counter(c *ast.Counter) {
	j.orNull("counter", func() {
		if !j.p.Stateless {
			j.counters(c.Counters)
		}
	})
}

func (j *jsonPrinter) counters(c ast.Counters) {
	j.keyUint("packets", c.Packets)
	j.keyUint("bytes", c.Bytes)
}

func (j *jsonPrinter) last(l *ast.Last) {
	j.orNull("last", func() {
		if l.Set && !j.p.Stateless {
			j.keyUint("used", l.Used)
		}
	})
}

// defaultBurst is how many packets nft lets through at once if the limit does not
// say (limit_rate_pkts in parser_bison.y).
const defaultBurst = 5

// limit writes the members of a rate.
func (j *jsonPrinter) limit(l *ast.Limit) {
	j.keyUint("rate", l.Rate)
	burst := l.Burst
	if burst == 0 && !l.Bytes {
		burst = defaultBurst
	}
	j.keyUint("burst", burst)
	j.keyStr("per", l.Unit)
	j.keyBoolIf("inv", l.Over)
	if l.Bytes {
		j.keyStr("rate_unit", bytesUnit(l.RateUnit))
		j.keyStr("burst_unit", bytesUnit(l.BurstUnit))
	}
}

// quota writes the members of a quota in a rule.
func (j *jsonPrinter) quota(q *ast.Quota) {
	bytes := func(key, unit string, n uint64) {
		n, u := inUnit(n)
		j.keyUint(key, n)
		j.keyStr(unit, u)
	}
	bytes("val", "val_unit", q.Bytes)
	if q.Used != 0 && !j.p.Stateless {
		bytes("used", "used_unit", q.Used)
	}
	j.keyBoolIf("inv", q.Over)
}

func (j *jsonPrinter) log(l *ast.Log) {
	j.orNull("log", func() {
		j.keyStrIf("prefix", l.Prefix)
		if l.HasGroup {
			j.keyUint("group", uint64(l.Group))
		}
		j.keyUintIf("snaplen", uint64(l.Snaplen))
		j.keyUintIf("queue-threshold", uint64(l.QueueThr))
		j.keyStrIf("level", l.Level)
		has := func(f string) bool { return slices.Contains(l.Flags, f) }
		if has("all") || !slices.ContainsFunc(allLogFlags, func(f string) bool { return !has(f) }) {
			j.keyStr("flags", "all")
			return
		}
		j.keyWordOrWords("flags", slices.DeleteFunc(slices.Clone(allLogFlags), func(f string) bool { return !has(f) }))
	})
}

func (j *jsonPrinter) reject(r *ast.Reject) {
	kind, code := r.Kind, uint64(r.Code)
	if d, ok := rejectDefaults[j.p.table.Family]; ok && kind == "" {
		kind, code = d.kind, d.code
	}
	j.orNull("reject", func() {
		j.keyStrIf("type", kind)
		if t, ok := rejectTypes[kind]; ok {
			j.key("expr")
			j.number(r, code, domain{typ: t})
		}
	})
}

// rejectDefaults are what a reject without words means in the families where that
// does not depend on the matches before it: a port-unreachable.
var rejectDefaults = map[ast.Family]struct {
	kind string
	code uint64
}{ast.FamilyIP: {"icmp", 3}, ast.FamilyIP6: {"icmpv6", 4}}

// assign writes what sets something of the packet.
func (j *jsonPrinter) assign(a *ast.Assign) {
	d := domainOf(a.Left)
	d.assigned = true
	j.members("mangle", func() {
		j.keyExpr("key", a.Left, domain{})
		j.key("value")
		if n, ok := a.Right.(*ast.Int); ok && d.typ == ast.TypeCTEvent {
			j.bitList(n, n.Val, d)
			return
		}
		j.expr(a.Right, d)
	})
}

func (j *jsonPrinter) extension(e *ast.Extension) {
	j.members("xt", func() {
		if e.Target {
			j.keyStr("type", "target")
		} else {
			j.keyStr("type", "match")
		}
		j.keyStr("name", e.Name)
	})
}

// synproxy writes the members of a SYN proxy.
func (j *jsonPrinter) synproxy(s *ast.Synproxy) {
	j.keyUintIf("mss", uint64(s.MSS))
	if s.HasWscale {
		j.keyUint("wscale", uint64(s.Wscale))
	}
	var flags []string
	if s.Timestamp {
		flags = append(flags, "timestamp")
	}
	if s.SackPerm {
		flags = append(flags, "sack-perm")
	}
	j.keyWordsIf("flags", flags)
}
