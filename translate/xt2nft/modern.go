package xt2nft

// old are extensions that newer ones have taken the place of.
var old = map[string]string{
	"state":   "-m state is of old: ct state has its place, as in -m conntrack --ctstate",
	"NOTRACK": "-j NOTRACK is of old: notrack has its place, as in -j CT --notrack",
	"ULOG":    "-j ULOG is of old: a log to a group has its place, as in -j NFLOG",
}

// modernised notes, once, what old extensions the rules use.
func (w *rule) modernised() {
	for i := range w.src.Uses {
		u := &w.src.Uses[i]
		if why := old[u.Name]; why != "" && !w.told[u.Name] {
			w.told[u.Name] = true
			w.note(u.Span, "%s", why)
		}
	}
}
