#!/bin/sh
iptables -A INPUT -i lo -j ACCEPT
case "$1" in
start)
	iptables -A INPUT -p tcp --dport 22 -j ACCEPT ;;
stop)
	iptables -F )
	;;
esac
iptables -A INPUT -p tcp --dport 80 \
	-j ACCEPT
if [ -n "$X" ]; then
	iptables -A INPUT -p tcp --dport 443 -j ACCEPT
