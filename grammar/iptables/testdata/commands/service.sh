#!/bin/sh
# A service: what its start makes is what counts.
IPT="iptables"
IPT6=${IPT6:-ip6tables}
LAN="192.0.2.0/24"
PORTS="22 80
443"
LOGGING=no

flush() {
	$IPT -F
	$IPT -X
	$IPT6 -F
}

open_port() {
	proto=$1; shift
	for port in "$@"; do
		$IPT -A INPUT -p $proto -s $LAN --dport $port -j ACCEPT
		$IPT6 -A INPUT -p $proto --dport "$port" -j ACCEPT
	done
}

start() {
	flush
	$IPT -P INPUT DROP
	$IPT6 -P INPUT DROP
	for t in "$IPT" "$IPT6"; do
		$t -A INPUT -i lo -j ACCEPT
		$t -A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
	done
	open_port tcp $PORTS
	open_port udp 53
	if [ "$LOGGING" = yes ]; then
		$IPT -A INPUT -j QUEUE
	elif [ "$LOGGING" = no ]; then
		$IPT -A INPUT -j DROP
	fi
}

stop() {
	$IPT -P INPUT ACCEPT
	flush
}

case "$1" in
start)
	start
	;;
stop)
	stop
	;;
restart|reload)
	stop
	start
	;;
*)
	echo "usage: $0 start|stop|restart"
	exit 1
	;;
esac
$IPT -A OUTPUT -j ACCEPT
exit 0
$IPT -A OUTPUT -j DROP
