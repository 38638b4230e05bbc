#!/bin/sh
# Scripts that may run twice look before they do something.
set -e
rule() {
	iptables -C "$@" 2>/dev/null || iptables -A "$@"
}
iptables -N guard 2>/dev/null || iptables -F guard
iptables -N guard 2>/dev/null || iptables -F guard
rule INPUT -j guard
rule INPUT -j guard
rule guard -s 192.0.2.1 -j DROP
rule guard -s 192.0.2.1 -j DROP
rule guard -s 192.0.2.2 -j DROP
if ! iptables -n -L late >/dev/null 2>&1; then
	iptables -N late
	iptables -A late -p tcp --syn -j ACCEPT
fi
iptables -nL late >/dev/null && iptables -A late -j RETURN
iptables -A OUTPUT -d 203.0.113.1 -j DROP
iptables -A OUTPUT -d 203.0.113.1 -j DROP
iptables -A OUTPUT -d 203.0.113.2 -j DROP
while iptables -D OUTPUT -d 203.0.113.1 -j DROP 2>/dev/null; do :; done
iptables -D FORWARD -j guard 2>/dev/null || true
[ -n "" ] && iptables -A INPUT -j DROP
i=1
while [ $i -le 3 ]; do
	iptables -A FORWARD -s 198.51.100.$i -j ACCEPT
	i=$((i + 1))
done
