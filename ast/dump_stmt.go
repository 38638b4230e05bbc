package ast

import (
	"fmt"
	"strconv"
)

// stmts prints a list of statements after a label; nothing if it is empty.
func (d dumper) stmts(b []byte, label string, stmts []Stmt) []byte {
	if len(stmts) == 0 {
		return b
	}
	return d.stmtList(append(b, label...), stmts)
}

func (d dumper) stmtList(b []byte, stmts []Stmt) []byte {
	b = append(b, '[')
	for i, s := range stmts {
		if i > 0 {
			b = append(b, ' ')
		}
		b = d.stmt(b, s)
	}
	return append(b, ']')
}

// end closes a statement that belongs to a use.
func (d dumper) end(b []byte, use uint8) []byte {
	if d&withUses != 0 && use != 0 {
		b = strconv.AppendUint(append(b, " use="...), uint64(use), 10)
	}
	return append(b, ')')
}

func (d dumper) stmt(b []byte, s Stmt) []byte {
	d &^= inHex
	switch s := s.(type) {
	case nil:
		return append(b, '_')
	case *Match:
		return d.match(b, s)
	case *AnyOf:
		if s.Not {
			b = append(b, "(none-of"...)
		} else {
			b = append(b, "(any-of"...)
		}
		for _, alt := range s.Alts {
			b = d.stmtList(append(b, ' '), alt)
		}
		return d.end(b, s.Use)
	case *Verdict:
		if s.Kind == VerdictNone || int(s.Kind) >= len(verdictNames) {
			b = append(b, "(verdict "...)
		} else {
			b = append(b, '(')
		}
		b = appendEnum(b, verdictNames[:], int(s.Kind))
		if s.Chain != "" || s.Kind == VerdictJump || s.Kind == VerdictGoto {
			b = appendQuoted(append(b, ' '), s.Chain)
		}
	case *VMap:
		b = d.expr(append(b, "(vmap "...), s.Key)
		b = d.besides(s.Key).expr(append(b, ' '), s.Map)
	case *Counter:
		b = append(b, "(counter"...)
		if d&withNotes != 0 && s.Counters != (Counters{}) {
			b = appendCounters(b, &s.Counters)
		}
	case *Last:
		b = append(b, "(last"...)
		if d&withNotes != 0 {
			b = appendFlag(b, " set", s.Set)
			b = appendUint(b, " used=", s.Used)
		}
	case *ObjRef:
		b = append(b, "(use "...)
		b = appendWordEnum(b, objectNames[:], int(s.Kind))
		b = d.expr(append(b, ' '), s.Name)
	case *Log:
		b = append(b, "(log"...)
		b = appendText(b, " prefix=", s.Prefix)
		b = appendWordAttr(b, " level=", s.Level)
		b = appendOptional(b, " group=", uint64(s.Group), s.HasGroup)
		b = appendUint(b, " snaplen=", uint64(s.Snaplen))
		b = appendUint(b, " queue-threshold=", uint64(s.QueueThr))
		b = appendWords(b, " flags=", s.Flags)
		return d.end(b, s.Use)
	case *Limit:
		b = append(b, "(limit "...)
		b = strconv.AppendUint(b, s.Rate, 10)
		b = appendWordAttr(b, ":", s.RateUnit)
		b = appendWord(append(b, '/'), s.Unit)
		b = appendUint(b, " burst=", s.Burst)
		b = appendWordAttr(b, " burst-unit=", s.BurstUnit)
		b = appendFlag(b, " bytes", s.Bytes)
		b = appendFlag(b, " over", s.Over)
		return d.end(b, s.Use)
	case *Quota:
		b = append(b, "(quota "...)
		b = strconv.AppendUint(b, s.Bytes, 10)
		b = appendUint(b, " used=", s.Used)
		b = appendFlag(b, " over", s.Over)
		return d.end(b, s.Use)
	case *ConnLimit:
		b = append(b, "(connlimit "...)
		b = strconv.AppendUint(b, uint64(s.Count), 10)
		b = appendFlag(b, " over", s.Over)
	case *Reject:
		b = append(b, "(reject"...)
		if s.Kind != "" || s.Code != 0 {
			b = appendWord(append(b, ' '), s.Kind)
			b = strconv.AppendUint(append(b, ' '), uint64(s.Code), 10)
		}
		return d.end(b, s.Use)
	case *NAT:
		if s.Kind == NATNone || int(s.Kind) >= len(natNames) {
			b = append(b, "(nat "...)
		} else {
			b = append(b, '(')
		}
		b = appendEnum(b, natNames[:], int(s.Kind))
		b = appendEnumAttr(b, " family=", familyNames[:], int(s.Family))
		b = d.exprAttr(b, " addr=", s.Addr)
		b = d.exprAttr(b, " port=", s.Port)
		b = d.exprAttr(b, " base=", s.PortBase)
		b = appendWords(b, " flags=", s.Flags)
		return d.end(b, s.Use)
	case *Notrack:
		return d.end(append(b, "(notrack"...), s.Use)
	case *Assign:
		b = d.expr(append(b, "(set "...), s.Left)
		b = d.besides(s.Left).expr(append(b, ' '), s.Right)
		return d.end(b, s.Use)
	case *Reset:
		b = d.expr(append(b, "(reset "...), s.Target)
	case *Dup:
		b = append(b, "(dup"...)
		b = d.exprAttr(b, " addr=", s.Addr)
		b = d.exprAttr(b, " device=", s.Device)
		return d.end(b, s.Use)
	case *Fwd:
		b = append(b, "(fwd"...)
		b = appendEnumAttr(b, " family=", familyNames[:], int(s.Family))
		b = d.exprAttr(b, " addr=", s.Addr)
		b = d.exprAttr(b, " device=", s.Device)
	case *Queue:
		b = append(b, "(queue"...)
		b = d.exprAttr(b, " num=", s.Num)
		b = appendWords(b, " flags=", s.Flags)
		return d.end(b, s.Use)
	case *TProxy:
		b = append(b, "(tproxy"...)
		b = appendEnumAttr(b, " family=", familyNames[:], int(s.Family))
		b = d.exprAttr(b, " addr=", s.Addr)
		b = d.exprAttr(b, " port=", s.Port)
		b = appendFlag(b, " terminal", s.Terminal)
		return d.end(b, s.Use)
	case *Synproxy:
		b = append(b, "(synproxy"...)
		b = appendUint(b, " mss=", uint64(s.MSS))
		b = appendOptional(b, " wscale=", uint64(s.Wscale), s.HasWscale)
		b = appendFlag(b, " timestamp", s.Timestamp)
		b = appendFlag(b, " sack-perm", s.SackPerm)
		b = appendFlag(b, " ecn", s.ECN)
		return d.end(b, s.Use)
	case *FlowAdd:
		b = appendQuoted(append(b, "(flow add "...), s.Table)
	case *SetOp:
		b = appendWord(append(b, "(setop "...), s.Verb)
		b = appendQuoted(append(b, " @"...), s.Set)
		b = d.expr(append(b, ' '), s.Key)
		b = appendUint(b, " timeout=", s.Timeout)
		b = appendFlag(b, " never", s.Never)
		b = d.stmts(b, " stmts=", s.Stmts)
		b = d.exprAttr(b, " data=", s.Data)
		return d.end(b, s.Use)
	case *Meter:
		b = appendQuoted(append(b, "(meter "...), s.Name)
		b = appendUint(b, " size=", s.Size)
		b = d.expr(append(b, " key="...), s.Key)
		b = appendUint(b, " timeout=", s.Timeout)
		b = d.stmts(b, " stmts=", s.Stmts)
	case *Extension:
		if s.Target {
			b = append(b, "(target "...)
		} else {
			b = append(b, "(ext "...)
		}
		b = appendWord(b, s.Name)
		b = d.options(b, s.Options, " ", "")
		return d.end(b, s.Use)
	case *Opaque:
		b = appendQuoted(append(b, "(opaque "...), s.Text)
		b = appendFlag(b, " action", s.Action)
	default:
		panic(fmt.Sprintf("ast.Dump: %T is no statement of a ruleset", s))
	}
	return append(b, ')')
}

func (d dumper) match(b []byte, m *Match) []byte {
	b = d.expr(append(b, "(match "...), m.Left)
	b = appendEnum(append(b, ' '), opNames[:], int(m.Op))
	b = d.besides(m.Left).expr(append(b, ' '), m.Right)
	if d&withNotes != 0 {
		b = appendFlag(b, " implied", m.Implied)
	}
	return d.end(b, m.Use)
}

// appendOptional prints a number that may be zero and still be there. One that
// is not there but has a value is a mistake, and must not be hidden.
func appendOptional(b []byte, label string, n uint64, there bool) []byte {
	if !there && n == 0 {
		return b
	}
	b = strconv.AppendUint(append(b, label...), n, 10)
	if !there {
		b = append(b, '?')
	}
	return b
}
