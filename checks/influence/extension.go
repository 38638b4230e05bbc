package influence

import "github.com/ctlint/ctlint/ast"

// matches are the xtables matches that stay an [ast.Extension] and look at more
// than the packet's headers, or change something. All others are functions of
// the headers: u32, bpf, string, ...
var matches = map[string]func(*ast.Extension) Of{
	"recent":    recent,
	"set":       func(*ast.Extension) Of { return Of{Reads: Header | Sets} },
	"hashlimit": stateful, "connlimit": stateful, "statistic": stateful, "quota": stateful, "nfacct": stateful,
	"limit": stateful,
	// What they look at does not change on a packet's way through the rules.
	"owner": constant, "time": constant, "physdev": constant, "cpu": constant, "cgroup": constant, "policy": constant, "rateest": constant,
	"socket":    headerAndMark,
	"rpfilter":  headerAndMark,
	"conntrack": conn, "connbytes": conn, "connlabel": setsLabel, "connmark": conn, "helper": conn, "ipvs": conn, "state": conn,
	"cluster": conn,
	"mark":    func(*ast.Extension) Of { return Of{Reads: Mark} },
	"realm":   constant,
}

func stateful(*ast.Extension) Of      { return Of{Reads: Header | Conn, Stateful: true} }
func constant(*ast.Extension) Of      { return Of{} }
func conn(*ast.Extension) Of          { return Of{Reads: Header | Conn} }
func headerAndMark(*ast.Extension) Of { return Of{Reads: Header | Mark} }

// setsLabel is what connlabel does: with --set it sets the label that it asks for.
func setsLabel(s *ast.Extension) Of {
	o := Of{Reads: Conn}
	if s.Option("set") != nil {
		o.Writes = Conn
	}
	return o
}

// recent looks its list up, and but for --rcheck changes it (recent_mt).
func recent(s *ast.Extension) Of {
	o := Of{Reads: Header | Sets}
	if s.Option("rcheck") == nil {
		o.Writes, o.Stateful = Sets, true
	}
	return o
}

// targets are the xtables targets that stay an [ast.Extension], and what they
// change. Those that are not named may change anything.
var targets = map[string]Of{
	"AUDIT": {}, "LED": {}, "IDLETIMER": {}, "NFLOG": {}, "LOG": {}, "ULOG": {}, "RATEEST": {}, "QUEUE": {}, "NFQUEUE": {},
	"CHECKSUM": {Writes: Header}, "ECN": {Writes: Header}, "TCPMSS": {Writes: Header}, "TCPOPTSTRIP": {Writes: Header},
	"DSCP": {Writes: Header}, "TOS": {Writes: Header}, "TTL": {Writes: Header, Stateful: true}, "HL": {Writes: Header, Stateful: true},
	"DNPT": {Writes: Header, Stateful: true}, "SNPT": {Writes: Header, Stateful: true},
	"HMARK": {Reads: Header | Conn, Writes: Mark}, "MARK": {Writes: Mark, Stateful: true},
	"CONNMARK": {Reads: Mark | Conn, Writes: Mark | Conn, Stateful: true}, "CT": {Writes: Conn}, "NOTRACK": {Writes: Conn},
	"SECMARK": {Writes: Meta}, "CONNSECMARK": {Reads: Meta | Conn, Writes: Meta | Conn},
	"SET":  {Reads: Header, Writes: Sets | Mark | Meta, Stateful: true},
	"SNAT": {}, "DNAT": {}, "MASQUERADE": {}, "REDIRECT": {}, "NETMAP": {}, "REJECT": {}, "TEE": {},
	"CLUSTERIP": {Reads: Conn, Writes: Header}, "SYNPROXY": {Stateful: true}, "TPROXY": {Reads: Header, Writes: Mark},
}

func extension(s *ast.Extension) Of {
	if s.Target {
		if o, ok := targets[s.Name]; ok {
			return o
		}
		return Of{Reads: All, Writes: All, Stateful: true}
	}
	if f, ok := matches[s.Name]; ok {
		return f(s)
	}
	return Of{Reads: Header}
}
