#!/bin/sh
# What only the running system knows.
. /lib/lsb/init-functions
. /etc/default/firewall

$IPTABLES -P INPUT DROP
IP=$(hostname -I | cut -d' ' -f1)
IPT=$(which iptables)
iptables -A INPUT -d $IP -p tcp --dport 22 -j ACCEPT
iptables -A INPUT -d "$IP" -p tcp --dport 80 -j ACCEPT
iptables -A INPUT -s $LAN/24 -p tcp --dport ${PORT} -j ACCEPT
iptables -A INPUT $EXTRA -p udp -j ACCEPT
iptables -A $CHAIN -p tcp -j $TARGET
for ip in `cat /etc/blocked`; do
	$IPT -A INPUT -s $ip -j DROP
done
cat /etc/allowed | while read host port rest; do
	iptables -A INPUT -s $host -p tcp --dport $port -j ACCEPT
done
for t in `cat /proc/net/ip_tables_names`; do
	iptables -t $t -F
	iptables -t $t -X
done
if [ -n "$STRICT" ]; then
	iptables -F INPUT
	iptables -D INPUT 1
	iptables -P OUTPUT DROP
	iptables -P INPUT ACCEPT
	iptables -A INPUT -p icmp -j DROP
else
	iptables -A INPUT -p icmp -j ACCEPT
	exit 0
fi
xargs -n1 iptables -A INPUT -j DROP -s < /etc/more
xargs -I@ iptables -A INPUT -s @ -j DROP < /etc/more
iptables-restore < /etc/iptables.rules
ip6tables-restore /etc/$NAME
ssh gateway iptables -A INPUT -j DROP
ip netns exec blue iptables -A INPUT -j DROP
echo iptables -A INPUT -j DROP
apt-get install iptables -y
run iptables -A INPUT -p sctp -j ACCEPT
action $"Opening the rest" $IPT -A INPUT -j ACCEPT
iptables-save > /etc/iptables.rules
trap 'iptables -P INPUT ACEPT' INT
unused() {
	iptables -A INPUT -p tpc -j ACCEPT
	iptables -A INPUT -p $1 -j ACCEPT
}
