#!/bin/sh
# Rules that the system loads at its start.
NET=192.0.2.0/24
cat > /etc/iptables/rules.v4 <<EOT
*filter
:INPUT DROP [0:0]
-A INPUT -s $NET -j ACCEPT
-A INPUT -s 0.0.0.0/0 -p tcp --dport 22 -j ACEPT --foo
COMMIT
EOT
tee /etc/iptables/rules.v6 > /dev/null <<'EOT'
*filter
:INPUT DROP [0:0]
-A INPUT -s 2001:db8::/32 -j ACCEPT
COMMIT
EOT
cat > /etc/motd <<EOT
*** welcome ***
EOT
