package ext

import "github.com/ctlint/ctlint/grammar"

// foreign is an extension that dumps of real hosts hold and iptables does not
// have: of another project, or of a release long gone.
type foreign struct {
	home    string // whose it is; empty if iptables had it once
	instead string // what does the same in iptables
}

const (
	addons   = "xtables-addons"
	pom      = "patch-o-matic"
	android  = "Android"
	openwrt  = "OpenWrt"
	gargoyle = "Gargoyle"
	router   = "router firmware such as Tomato and DD-WRT"
	layer7   = "l7-filter"
	ndpi     = "nDPI"
)

// foreignMatches are matches that iptables does not have (xtables-addons(8), its
// mans; patch-o-matic-ng; the firmware of routers).
var foreignMatches = map[string]foreign{
	"account":     {home: pom},
	"asn":         {home: addons},
	"bandwidth":   {home: gargoyle},
	"childlevel":  {home: layer7},
	"condition":   {home: addons},
	"connrate":    {home: pom},
	"dhcpmac":     {home: addons},
	"dstlimit":    {home: pom, instead: "-m hashlimit --hashlimit-mode dstip"},
	"fuzzy":       {home: addons},
	"geoip":       {home: addons},
	"gradm":       {home: addons},
	"id":          {home: openwrt},
	"iface":       {home: addons},
	"ipp2p":       {home: addons},
	"ipv4options": {home: addons},
	"layer7":      {home: layer7},
	"length2":     {home: addons},
	"lscan":       {home: addons},
	"mport":       {home: pom, instead: "-m multiport"},
	"ndpi":        {home: ndpi},
	"nth":         {home: pom, instead: "-m statistic --mode nth"},
	"opendpi":     {home: ndpi},
	"pknock":      {home: addons},
	"pool":        {home: pom, instead: "-m set"},
	"portscan":    {home: addons},
	"psd":         {home: addons},
	"qtaguid":     {home: android},
	"quota2":      {home: addons},
	"random":      {home: pom, instead: "-m statistic --mode random"},
	"ratelimit":   {home: "ipt-ratelimit"},
	"timerange":   {home: gargoyle, instead: "-m time"},
	"tls":         {home: "xt_tls"},
	"unclean":     {},
	"web":         {home: router},
	"webmon":      {home: gargoyle},
	"webstr":      {home: router},
	"weburl":      {home: gargoyle},
}

// foreignTargets are targets that iptables does not have.
var foreignTargets = map[string]foreign{
	"ACCOUNT":       {home: addons},
	"BALANCE":       {home: pom, instead: "-j DNAT --to-destination with a range of addresses"},
	"BCOUNT":        {home: router},
	"CHAOS":         {home: addons},
	"DELUDE":        {home: addons},
	"DHCPMAC":       {home: addons},
	"DNETMAP":       {home: addons},
	"ECHO":          {home: addons},
	"FLOWOFFLOAD":   {home: openwrt},
	"FTOS":          {home: pom, instead: "-j TOS"},
	"FULLCONENAT":   {home: "netfilter-full-cone-nat"},
	"IMQ":           {home: "linuximq"},
	"IPMARK":        {home: addons},
	"IPV4OPTSSTRIP": {home: pom},
	"JOOL":          {home: "Jool"},
	"JOOL_SIIT":     {home: "Jool"},
	"LOGMARK":       {home: addons},
	"MIRROR":        {},
	"NDPI":          {home: ndpi},
	"NETFLOW":       {home: "ipt_NETFLOW"},
	"NETLINK":       {home: pom},
	"PROTO":         {home: addons},
	"RAWDNAT":       {home: addons},
	"RAWSNAT":       {home: addons},
	"ROUTE":         {home: pom, instead: "-j MARK with a rule of ip-rule(8), or -j TEE"},
	"RTPENGINE":     {home: "rtpengine"},
	"SAME":          {instead: "-j SNAT --persistent"},
	"STEAL":         {home: addons},
	"SYSRQ":         {home: addons},
	"TARPIT":        {home: addons},
	"TRIGGER":       {home: router},
	"XOR":           {home: pom},
}

// Foreign returns an error at w if it names an extension that is known to be
// somebody else's, else nil.
func Foreign(w Word, target bool) *grammar.Error {
	table, kind, want := foreignMatches, "match", "a match of iptables-extensions(8)"
	if target {
		table, kind, want = foreignTargets, "target", "a target of iptables-extensions(8), or a chain"
	}
	f, ok := table[w.Text]
	if !ok {
		return nil
	}
	if f.instead != "" {
		want = f.instead
	}
	if f.home == "" {
		return grammar.Errorf(w.Span, "unknown %s %q: iptables and the kernel do not have it any more", kind, w.Text).Expected("%s", want)
	}
	return grammar.Errorf(w.Span, "unknown %s %q: it is an extension of %s, not of iptables", kind, w.Text, f.home).Expected("%s", want)
}

// renamed are options of old releases, with the names that they have today.
var renamed = map[string]string{
	"days": "weekdays", // of time, before iptables 1.4.0
}

// Renamed returns what an option of an old release is called today, or "".
func Renamed(option string) string { return renamed[option] }
