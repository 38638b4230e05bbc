#!/bin/sh
PORT=22
iptables -A INPUT -p tcp \
  --dport $PORT -j ACCEPT
iptables-restore -n <<EOF
*filter
-A INPUT -j DROP
COMMIT
EOF
iptables -A OUTPUT -j ACCEPT