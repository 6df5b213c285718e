package org.conntwin.tracker.userspace.synproxy;

import java.util.List;

/**
 * What a SYN proxy does. Immutable.
 *
 * @param rules which servers are protected, and how; the first that fits counts
 * @param secret what cookies are made with
 */
public record SynProxySettings(List<SynProxyRule> rules, CookieSecret secret) {
    /** Copies the rules. */
    public SynProxySettings {
        rules = List.copyOf(rules);
    }
}
