package org.conntwin.node.demo.kernel;

/**
 * The firewalls' rules when the nodes track the packets themselves, for {@code iptables-restore} and, all the same, for
 * {@code ip6tables-restore}: the shipped example, with what the demo's traffic needs. Only the ports of the flows, of
 * FTP and of the flood are open to new connections, so a data connection passes as related or not at all.
 */
final class LiveRules {
    /** Entries that the table may hold beside the flows: the flood wants more. */
    static final int ROOM = 4_000;

    private static final String NEIGHBOURS = """
            -6 -A CHAIN -p ipv6-icmp -m icmp6 --icmpv6-type router-solicitation -j TARGET
            -6 -A CHAIN -p ipv6-icmp -m icmp6 --icmpv6-type router-advertisement -j TARGET
            -6 -A CHAIN -p ipv6-icmp -m icmp6 --icmpv6-type neighbour-solicitation -j TARGET
            -6 -A CHAIN -p ipv6-icmp -m icmp6 --icmpv6-type neighbour-advertisement -j TARGET
            """;

    private LiveRules() {}

    /** The rules of a firewall. */
    static String text() {
        return """
                *raw
                -A PREROUTING -m conntrack --ctstate INVALID
                -A PREROUTING -j CT --notrack
                -A OUTPUT -j CT --notrack
                COMMIT
                *mangle
                -A PREROUTING -i lo -j ACCEPT
                -A PREROUTING -i sync0 -j ACCEPT
                -A PREROUTING -m addrtype --dst-type MULTICAST -j ACCEPT
                """ + neighbours("PREROUTING") + """
                -A PREROUTING -j NFQUEUE --queue-num 0
                -A POSTROUTING -m mark --mark 0x40/0x40 -j ACCEPT
                -A POSTROUTING -m mark --mark 0x00/0x07 -j ACCEPT
                -A POSTROUTING -j NFQUEUE --queue-num 0
                COMMIT
                *filter
                :FORWARD DROP [0:0]
                -A FORWARD -m mark --mark 0x08/0x08 -j DROP
                -A FORWARD -m mark --mark 0x02/0x02 -j ACCEPT
                -A FORWARD -m mark --mark 0x04/0x04 -j ACCEPT
                """
                + opened("-p tcp -m tcp --dport 7777 --tcp-flags SYN,ACK,FIN,RST SYN")
                + opened("-p udp -m udp --dport 7777")
                + opened("-p tcp -m tcp --dport " + FtpShelf.PORT + " --tcp-flags SYN,ACK,FIN,RST SYN")
                + opened("-p tcp -m tcp --dport " + SynFlood.PORT + " --tcp-flags SYN,ACK,FIN,RST SYN")
                + "COMMIT\n";
    }

    /** Rules of the server: the flood's SYNs are answered by nobody. */
    static String server() {
        return """
                *filter
                -A INPUT -p tcp -m tcp --dport %d -j DROP
                COMMIT
                """.formatted(SynFlood.PORT);
    }

    private static String neighbours(String chain) {
        return NEIGHBOURS.replace("CHAIN", chain).replace("TARGET", "ACCEPT");
    }

    private static String opened(String what) {
        return "-A FORWARD -i lan0v -m mark --mark 0x01/0x01 " + what + " -j ACCEPT\n"
                + "-A FORWARD -i lan0 -m mark --mark 0x01/0x01 " + what + " -j ACCEPT\n";
    }

    /** What the section {@code userspace} of a node says. */
    static String section(int flows) {
        return "userspace: {queue: 0, tcp-loose: false, helpers: [\"ftp:tcp/" + FtpShelf.PORT + "\"], max-entries: "
                + (flows + ROOM) + "}\n";
    }
}
