// Package checks is the catalogue of ctlint's checks.
package checks

import (
	"github.com/ctlint/ctlint/checks/check"
	"github.com/ctlint/ctlint/checks/ct"
	"github.com/ctlint/ctlint/checks/nf"
	"github.com/ctlint/ctlint/checks/rd"
	"github.com/ctlint/ctlint/checks/se"
	"github.com/ctlint/ctlint/checks/su"
	v6 "github.com/ctlint/ctlint/checks/v6"
)

//go:generate go test . -run TestPages -update

// All returns all checks, by code.
func All() []*check.Check {
	return []*check.Check{
		ct.MissingEstablished,         // CT001
		ct.MisorderedEstablished,      // CT002
		ct.LateEstablished,            // CT003
		ct.RelatedTooBroad,            // CT004
		ct.MissingRelated,             // CT005
		ct.MissingInvalidDrop,         // CT006
		ct.MisorderedInvalidDrop,      // CT007
		ct.InvalidAccepted,            // CT008
		ct.RejectInvalid,              // CT009
		ct.ObsoleteStateMatch,         // CT010
		ct.ObsoleteNotrackTarget,      // CT011
		ct.NewWithoutSyn,              // CT012
		ct.NewAcceptedWithEstablished, // CT013
		ct.EstablishedDropped,         // CT014
		ct.ContradictoryState,         // CT015
		ct.RedundantState,             // CT016
		ct.NotrackStateConflict,       // CT017
		ct.NotrackOneWay,              // CT018
		ct.CTBeforeTracking,           // CT019
		ct.HelperMissing,              // CT020
		ct.HelperMatchNotSet,          // CT021
		ct.FamilyLimitedEstablished,   // CT022
		ct.LossyCtstate,               // CT023
		ct.CTPortWithoutProtocol,      // CT024
		ct.CTPortWithoutDirection,     // CT025
		ct.ZoneOneWay,                 // CT026
		ct.SportOnlyAccept,            // CT027
		ct.LimitWithoutEffect,         // CT028
		ct.LimitThrottlesEstablished,  // CT029
		ct.RecentWithoutSet,           // CT030
		ct.SynproxyIncomplete,         // CT031
		ct.ConnlimitUnscoped,          // CT032

		nf.AcceptNotFinal,    // NF001
		nf.PriorityConflict,  // NF002
		nf.MissingFlush,      // NF003
		nf.FlushRulesetWide,  // NF004
		nf.NatChainFiltering, // NF006
		nf.OffloadTooEarly,   // NF007
		nf.ReservedName,      // NF008

		rd.DuplicateRule,   // RD001
		rd.ShadowedRule,    // RD002
		rd.RedundantRule,   // RD003
		rd.UnreachableRule, // RD004
		rd.EmptyMatch,      // RD005
		rd.UnusedChain,     // RD008
		rd.UndefinedChain,  // RD009
		rd.ChainLoop,       // RD010

		se.DefaultAccept,              // SE001
		se.MissingLoopbackAccept,      // SE002
		se.LoopbackSpoof,              // SE003
		se.ManagementLockout,          // SE004
		se.WideOpenAccept,             // SE005
		se.ICMPFragNeededBlocked,      // SE006
		se.LogWithoutLimit,            // SE007
		se.LogAfterVerdict,            // SE008
		se.ForwardOpen,                // SE009
		se.MasqueradeWithoutInterface, // SE010
		se.InputBypassedByDNAT,        // SE011
		se.PostDNATPort,               // SE012
		se.WrongTableTarget,           // SE013

		su.SuppressionWithoutReason, // SU001
		su.UnusedSuppression,        // SU002
		su.MalformedSuppression,     // SU003

		v6.MissingIPv6Ruleset,     // V6001
		v6.IPv6PolicyWeaker,       // V6002
		v6.IPv6MissingEstablished, // V6003
		v6.ICMPv6NDPBlocked,       // V6004
		v6.ICMPv6PTBBlocked,       // V6005
		v6.IPv6OnlyExposed,        // V6006
		v6.IPv6Drift,              // V6007
		v6.InetV4Only,             // V6008
	}
}

// Find returns the check of that code or slug, or nil.
func Find(name string) *check.Check {
	for _, c := range All() {
		if c.Slug == name || c.Code == name {
			return c
		}
	}
	return nil
}
