package org.conntwin.it;

import org.conntwin.it.lab.RoutedNetwork;

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

    /** FTP control connections from the lan side, with the helper; data connections only when related to one. */
    static final String FTP = """
            table inet fw {
              counter related { }
              ct helper ftp-std { type "ftp" protocol tcp; }
              chain prerouting {
                type filter hook prerouting priority 0;
                tcp dport 21 ct helper set "ftp-std"
              }
              chain forward {
                type filter hook forward priority 0; policy drop;
                ct state invalid counter drop
                ct state established accept
                ct state related counter name "related" accept
                iifname "lan0" tcp dport 21 tcp flags & (fin|syn|rst|ack) == syn accept
              }
            }
            """;

    /** The virtual address towards the clients stands for the server. */
    static final String FTP_DESTINATION_NAT = """
            table ip nat {
              chain prerouting {
                type nat hook prerouting priority -100;
                ip daddr %s tcp dport 21 dnat to %s
              }
            }
            """.formatted(RoutedNetwork.LAN_ADDRESS, RoutedNetwork.SERVER);

    /** Clients appear under the virtual address towards the server. */
    static final String SOURCE_NAT = """
            table ip nat {
              chain postrouting {
                type nat hook postrouting priority 100;
                ip saddr %s oifname "wan0" snat to %s
              }
            }
            """.formatted(RoutedNetwork.CLIENT, RoutedNetwork.WAN_ADDRESS);

    /**
     * Lets everything pass; the kernel makes room for labels only where a rule sets one. The nodes' own traffic is not
     * tracked, so that the tables hold nothing but the test's entries.
     */
    static final String WITH_LABELS = """
            table inet labels {
              chain raw_in {
                type filter hook prerouting priority -300;
                iifname "sync0" notrack
              }
              chain raw_out {
                type filter hook output priority -300;
                oifname "sync0" notrack
              }
              chain output {
                type filter hook output priority 0;
                meta mark 0xffffffff ct label set 1
              }
            }
            """;
}
