package org.conntwin.node.reference;

import static org.conntwin.node.reference.Note.shown;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.config.Timeout;

/** What there is to say about the userspace tracker's keys, in the order of the example. */
final class UserspaceNotes {
    private UserspaceNotes() {}

    /** Up to the timeouts. */
    private static final List<Note> FIRST = List.of(
            shown("userspace", "", "The userspace tracker: for table: userspace, and for conntwin replay --config."),
            shown(
                    "userspace.queue",
                    "0-3",
                    "Where live packets come from, an NFQUEUE number or a range; left out: no live packets. One"
                            + " thread for each; the rules that queue packets are in iptables/userspace.rules and"
                            + " nftables/userspace.nft."),
            shown(
                    "userspace.mark-shift",
                    "0",
                    "Live packets carry their state in their mark, from this bit on: 1 new, 2 established, 4 related,"
                            + " 8 invalid, 16 untracked, 32 reply direction, 64 sent by the node itself."),
            shown(
                    "userspace.timeouts",
                    "linux",
                    "Timeouts: those of current kernels (linux), or of the iptables tutorial (iptables-tutorial). Or a"
                            + " section with the key profile and single timeouts."));

    private static final List<Note> LAST = List.of(
            shown("userspace.tcp-loose", "true", "Whether connections may be picked up in the middle."),
            shown("userspace.tcp-be-liberal", "false", "Whether only resets are judged by the window."),
            shown("userspace.tcp-max-retrans", "3", "Retransmissions until the short timeout tcp-retrans counts."),
            shown("userspace.tcp-ignore-invalid-rst", "false", "Whether resets outside the window are let through."),
            shown(
                    "userspace.checksum",
                    "true",
                    "Whether checksums of the transport are verified; that of the IPv4 header always is."),
            shown(
                    "userspace.accounting",
                    "false",
                    "Whether flows count packets and bytes, as with the kernel's nf_conntrack_acct."),
            shown(
                    "userspace.timestamps",
                    "false",
                    "Whether flows keep the time of their start, as with the kernel's nf_conntrack_timestamp."),
            shown(
                    "userspace.out-of-sync",
                    "recover",
                    "A SYN on an entry in the wrong state: recover opens it again, destroy ends it (the older behaviour)."),
            shown("userspace.max-entries", "262144", "The table never holds more."),
            shown(
                    "userspace.helpers",
                    "[ftp:tcp/21, tftp:udp/69, sip:udp/5060]",
                    "Which helper reads which connections, the first rule that fits; none by default. A rule of one word has"
                            + " its helper in every zone; a section says more."),
            shown(
                    "userspace.helpers[].helper",
                    "ftp",
                    "The helper's name: amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp or tftp."),
            shown("userspace.helpers[].protocol", "tcp", "The connections' protocol."),
            shown("userspace.helpers[].port", "21", "Their destination port."),
            shown(
                    "userspace.helpers[].zone",
                    "3",
                    "Only connections in this zone; left out: in any. Packets of a queue are all of zone 0."),
            shown(
                    "userspace.helpers[].keep",
                    "false",
                    "A practice for watching expectations, not for use: one stays for 30 s instead of going when it is"
                            + " fulfilled, and whoever fits it is let through as related for as long. Its own port renews it,"
                            + " a port that it does not cover leads to a new one. All rules of a helper must agree on it."),
            shown(
                    "userspace.helpers[].port-mask",
                    "0xffff",
                    "Bits of the expected port that count, part of the same practice: with 0xfffc four ports share an"
                            + " expectation, and all four are open. All rules of a helper must agree on it."),
            shown(
                    "userspace.nat",
                    """

                    - {kind: destination, destination: 10.0.2.1, protocol: tcp, port: 8080, to: "10.0.1.9:80"}
                    - {kind: source, source: 10.0.1.0/24, to: 10.0.2.1, ports: 1024-65535}
                    - {kind: masquerade, source: 10.0.1.0/24, out: wan0}""",
                    "Translation of new flows; none by default. Destination rules are looked at before routing, source and"
                            + " masquerade rules behind it, when the destination is translated already; of each kind the"
                            + " first that matches counts, as in nftables. A port that is taken is replaced by another one"
                            + " of its class (1-511, 600-1023, 1024-65535); a flow that is translated stays so, whatever"
                            + " the rules say later, on its successor too. The example: a server behind the firewall, hosts"
                            + " that appear as one address, hosts that appear as whatever the link has (for one firewall alone)."),
            shown(
                    "userspace.nat[].kind",
                    "source",
                    "What is changed: masquerade takes the address that the route gives, one of this firewall's own, to which"
                            + " answers come no more after a takeover: in a pair, use source with the virtual address."
                            + " conntwin replay knows no routes: a flow to be masqueraded is dropped there."),
            shown("userspace.nat[].source", "10.0.1.0/24", "Only sources in this prefix; left out: any."),
            shown("userspace.nat[].destination", "10.0.2.1/32", "Only destinations in this prefix; left out: any."),
            shown("userspace.nat[].protocol", "tcp", "Only this protocol; left out: any."),
            shown("userspace.nat[].port", "8080", "Only this destination port; needs protocol. Left out: any."),
            shown(
                    "userspace.nat[].out",
                    "wan0",
                    "Only packets that leave by this interface; left out: any. Never where that is not known, as in replay; not"
                            + " for destination, which is looked at before."),
            shown(
                    "userspace.nat[].to",
                    "10.0.2.1",
                    "The new address; of a destination rule with a port, too. Not for masquerade, needed for the others."),
            shown(
                    "userspace.nat[].ports",
                    "1024-65535",
                    "Source ports to choose from, for source and masquerade, of TCP, UDP, UDP-Lite and SCTP; left out: the"
                            + " packet's own where it is free."),
            shown(
                    "userspace.synproxy",
                    """

                    - {destination: 10.0.2.2, port: 80, mss: 1460, wscale: 7, timestamp: true, sack-perm: true}""",
                    "Servers behind the SYN proxy, and the TCP options that it answers with, the first rule that matches; none"
                            + " by default. Needs queue. To and from them no connection is picked up in the middle,"
                            + " whatever tcp-loose says. Whoever completes the handshake gets to the server: who may not is"
                            + " to be dropped ahead of the queue. Cookies are made with a key derived from the cluster's, so every"
                            + " node accepts them."),
            shown(
                    "userspace.synproxy[].destination",
                    "10.0.2.2/32",
                    "The servers' addresses, as clients have them: with a destination rule of nat, those before translation."),
            shown("userspace.synproxy[].port", "80", "The servers' port, as clients have it."),
            shown("userspace.synproxy[].mss", "1460", "Largest segment that is announced to clients."),
            shown("userspace.synproxy[].wscale", "7", "Window scale that is announced; should be that of the servers."),
            shown(
                    "userspace.synproxy[].timestamp",
                    "true",
                    "Whether timestamps are offered; without them the other options but mss are not either."),
            shown("userspace.synproxy[].sack-perm", "true", "Whether selective acknowledgement is offered."),
            shown("userspace.synproxy[].ecn", "false", "Whether ECN is offered."),
            shown(
                    "userspace.synproxy[].learn",
                    "false",
                    "Whether each server's own options are taken from its answers and announced instead, for an hour from its"
                            + " last one; the first connection has those given here."),
            shown("userspace.overload", "", "A table that fills up; shares are of max-entries."),
            shown(
                    "userspace.overload.early-drop",
                    "true",
                    "Whether entries make room for new ones in a full table: the oldest without an answer, those that are"
                            + " not assured, those that end soon, idle ones; never one in use. false: new ones are refused."),
            shown(
                    "userspace.overload.adaptive-start",
                    "0.6",
                    "Share from which on the timeouts that packets set shrink, as in pf; 1: never."),
            shown(
                    "userspace.overload.adaptive-end",
                    "1.2",
                    "Share at which they would be zero; greater than adaptive-start. Entries in use keep soft-timeout, others"
                            + " 3 s, or their own timeout when it is shorter."),
            shown(
                    "userspace.overload.soft-timeout",
                    "5m",
                    "How long an assured entry must have been idle to make room. More than 19 hours: never."),
            shown(
                    "userspace.overload.probe",
                    "false",
                    "Whether both ends of such a TCP connection are asked first, from 90 % of max-entries on, 500 a second; only"
                            + " silent ones make room then, and entries in use live 10 s longer than soft-timeout at least."
                            + " With adaptive-end of 1 or less, connections whose turn does not come in that time end"
                            + " unasked. Needs live traffic."));

    static List<Note> all() {
        List<Note> notes = new ArrayList<>(FIRST);
        for (Timeout timeout : Timeout.values()) {
            notes.add(shown(
                    "userspace." + timeout.key(),
                    TimeoutTable.text(TimeoutTable.LINUX, timeout),
                    timeout == Timeout.TCP_NONE
                            ? "Single ones; `conntwin config reference` names the kernel's settings for them."
                            : ""));
        }
        notes.add(shown("userspace.timeouts.profile", "linux", "What single timeouts in the section start from."));
        notes.addAll(LAST);
        return notes;
    }
}
