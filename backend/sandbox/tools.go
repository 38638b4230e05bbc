package sandbox

// loaders are the command lines of the tools: to load, and to say what is loaded.
var loaders = map[Tool]struct{ load, save []string }{
	NFT:             {[]string{"nft", "-f", "-"}, []string{"nft", "-j", "-a", "list", "ruleset"}},
	IPTablesLegacy:  {[]string{"iptables-legacy-restore", "-w"}, []string{"iptables-legacy-save", "-c"}},
	IP6TablesLegacy: {[]string{"ip6tables-legacy-restore", "-w"}, []string{"ip6tables-legacy-save", "-c"}},
	IPTablesNFT:     {[]string{"iptables-nft-restore"}, []string{"iptables-nft-save", "-c"}},
	IP6TablesNFT:    {[]string{"ip6tables-nft-restore"}, []string{"ip6tables-nft-save", "-c"}},
	IPSet:           {[]string{"ipset", "restore"}, []string{"ipset", "save"}},
}

// String returns the name of the tool's command.
func (t Tool) String() string {
	if l, ok := loaders[t]; ok {
		return l.load[0]
	}
	return "no tool"
}
