#!/bin/sh
# What the tools refuse, each told at its place and once.
iptables -F
iptables -X
iptables -A INPUT -p tpc -j ACCEPT
for p in 80 443; do
	iptables -A INPUT -p tcp --dprot $p -j ACCEPT
done
iptables -A INPUT -p udp --dport 70000 -j ACCEPT
iptables -I FORWARD 9 -p tcp -j ACCEPT
iptables -N web
iptables -N web
iptables -N web 2>/dev/null
iptables -N ACCEPT
iptables -D web -p tcp -j ACCEPT
iptables -D web -p tcp -j ACCEPT || true
iptables -D web 1
iptables -R web 1 -j DROP
iptables -P web DROP
iptables -P INPT DROP
iptables -P INPUT REJECT
iptables -P INPUT drop
iptables -F wbe
iptables -X wbe
iptables -A web -j RETURN
iptables -X web
iptables -A OUTPUT -j web
iptables -F web
iptables -X web
iptables -X
iptables -E INPUT in
iptables -E web INPUT
iptables -t filtr -A INPUT -j DROP
iptables -6 -A INPUT -j DROP
iptables -p tcp -j DROP
iptables -F INPUT -j DROP
iptables -N -p tcp
iptables -D INPUT 1 -p tcp
iptables -F INPUT OUTPUT
iptables -A INPUT -A OUTPUT -j DROP
iptables -I INPUT 0 -j DROP
iptables -A
ip6tables -A INPUT -s 192.0.2.1 -j DROP
iptables -R web 1 -s 192.0.2.1,192.0.2.2 -j DROP
