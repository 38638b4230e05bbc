#!/bin/sh
# Every command that changes a table, on the kernel's own chains and others.
iptables -P INPUT DROP
iptables -P FORWARD DROP
iptables -N web
iptables -N old
iptables -N gone

iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -p tcp --dport 22 -j ACCEPT
iptables -A INPUT -p tcp -j web
iptables -A INPUT -m state --state INVALID -j DROP
iptables -I INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
iptables -I INPUT 3 -s 192.0.2.1,192.0.2.2 -d 198.51.100.0/24,203.0.113.7 -j ACCEPT
iptables --insert INPUT 1 --protocol udp --destination-port 53 --jump ACCEPT

iptables -A web -p tcp --dport 80 -j ACCEPT
iptables -A web -p tcp --dport 443 -j ACCEPT
iptables -A web -p tcp --dport 8080 -j ACCEPT
iptables -A web -p tcp --dport 8443 -j ACCEPT
iptables -D web -p tcp -m tcp --dport 8080:8080 -j ACCEPT
iptables -D web 3
iptables -R web 2 -p tcp --dport https -m comment --comment "in its place" -j ACCEPT

iptables -A OUTPUT -p tcp -g old
iptables -A old -j RETURN
iptables -E old new
iptables -A FORWARD -j ACCEPT
iptables -F FORWARD
iptables -X gone
iptables -t mangle -A PREROUTING -s 192.0.2.0/24 -j ACCEPT
iptables -t mangle -P POSTROUTING DROP
iptables -t raw -I PREROUTING ! -i lo -s 127.0.0.0/8 -j DROP
iptables -A INPUT -j DROP -w 5 -v
iptables -C INPUT -j DROP
iptables -Z
iptables -n -L INPUT 1 > /dev/null
iptables -S > /dev/null
