package org.conntwin.it;

/** What the firewalls of the tests let through, in nftables' language. */
final class Rulesets {
    private Rulesets() {}

    /** New flows only from the lan side, established ones both ways, invalid packets dropped. */
    static final String INSIDE_OUT = """
            table inet fw {
              chain forward {
                type filter hook forward priority 0; policy drop;
                ct state invalid counter drop
                ct state established accept
                iifname "lan0" ip protocol icmp accept
                iifname "lan0" tcp flags & (fin|syn|rst|ack) == syn accept
              }
            }
            """;
}
