#!/bin/bash
# What bash has beyond sh.
declare -a PORTS=(22 80 443)
BLOCKED=(192.0.2.{1..3} 198.51.100.7)
PORTS+=(8080)
for ((i = 0; i < ${#PORTS[@]}; i++)); do
	iptables -A INPUT -p tcp --dport "${PORTS[$i]}" -j ACCEPT
done
for ip in "${BLOCKED[@]}"; do
	iptables -I INPUT -s "$ip" -j DROP
done
function both {
	iptables "$@"
	ip6tables "$@"
}
both -P FORWARD DROP
both -A FORWARD -p tcp --dport 1000:{2000..2000} -j ACCEPT
for proto in tcp udp; do
	for n in {1..2}; do
		both -A OUTPUT -p $proto --dport $((n * 100)) -j ACCEPT
	done
done
mode=strict
if [[ $mode == str* && -n $mode ]]; then
	iptables -A OUTPUT -j DROP
fi
while read -r name address; do
	[[ $name == "#"* ]] && continue
	iptables -A FORWARD -s $address -m comment --comment "$name" -j ACCEPT
done <<EOT
# name address
one 203.0.113.1
two 203.0.113.2
EOT
name="x/y:z"
iptables -N ${name%%/*}-${name##*:}
iptables -A ${name%%/*}-${name##*:} -j RETURN
eval "iptables -A FORWARD -j ${name%%/*}-${name##*:}"
sudo() { "$@"; }
sudo iptables -A FORWARD -j DROP
