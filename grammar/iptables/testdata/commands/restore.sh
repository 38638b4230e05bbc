#!/bin/sh
# Rules in here-documents: a whole table, with all commands that may stand in
# one, and additions to it.
iptables -A INPUT -s 192.0.2.99 -j DROP
iptables -t nat -A OUTPUT -j ACCEPT
ADMIN=192.0.2.7
iptables-restore <<EOT
# the filter table is emptied first
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:extra - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -j extra
-I INPUT 1 -m state --state ESTABLISHED -j ACCEPT
-A INPUT -s $ADMIN -p tcp --dport 22 -m comment --comment "the admin's" -j ACCEPT
-N more
-A more -j RETURN
-A extra -p tcp --dport 80 -j ACCEPT
-A extra -p tcp --dport 81 -j ACCEPT
-D extra -p tcp --dport 80 -j ACCEPT
-6 -A INPUT -s 2001:db8::1 -j ACCEPT
-4 -A INPUT -p udp --dport 123 -j ACCEPT
-P OUTPUT DROP
COMMIT
EOT
cat <<'EOT' | iptables-restore -n
*filter
-A INPUT -s 192.0.2.8 -j ACCEPT
-F more
-X more
COMMIT
EOT
{
	echo "*mangle"
	echo "-A PREROUTING -p tcp --dport 25 -j ACCEPT"
	echo COMMIT
} | iptables-restore --noflush
iptables -A OUTPUT -p udp -j ACCEPT
