package org.conntwin.it.differential;

import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;

/** The helpers that both sides give to connections, by destination port. */
final class HelperRules {
    static final List<HelperRule> ALL = List.of(
            new HelperRule("ftp", Protocol.TCP, 21),
            new HelperRule("tftp", Protocol.UDP, 69),
            new HelperRule("irc", Protocol.TCP, 6667),
            new HelperRule("sane", Protocol.TCP, 6566),
            new HelperRule("amanda", Protocol.UDP, 10080),
            new HelperRule("sip", Protocol.UDP, 5060),
            new HelperRule("sip", Protocol.TCP, 5060),
            new HelperRule("pptp", Protocol.TCP, 1723));

    private static final List<String> IPV4_ONLY = List.of("irc", "pptp");

    private HelperRules() {}

    /** A ruleset of nftables for a family, {@code ip} or {@code ip6}. */
    static String nft(String family) {
        StringBuilder objects = new StringBuilder();
        StringBuilder rules = new StringBuilder();
        for (HelperRule rule : ALL) {
            if (family.equals("ip") || !IPV4_ONLY.contains(rule.helper())) {
                String protocol = Protocol.name(rule.protocol());
                String object = rule.helper() + "-" + protocol;
                objects.append(
                        " ct helper %s { type \"%s\" protocol %s; }\n".formatted(object, rule.helper(), protocol));
                rules.append("  %s dport %d ct helper set \"%s\"\n".formatted(protocol, rule.port(), object));
            }
        }
        return "table " + family + " helpers {\n" + objects
                + " chain arriving {\n  type filter hook prerouting priority -150;\n" + rules + " }\n}\n";
    }
}
