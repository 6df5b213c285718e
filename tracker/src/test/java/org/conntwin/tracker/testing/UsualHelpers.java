package org.conntwin.tracker.testing;

import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;

/** Every helper on its usual ports. */
public final class UsualHelpers {
    /** As rules of a tracker. */
    public static final List<HelperRule> RULES = List.of(
            new HelperRule("ftp", Protocol.TCP, 21),
            new HelperRule("tftp", Protocol.UDP, 69),
            new HelperRule("irc", Protocol.TCP, 6667),
            new HelperRule("sane", Protocol.TCP, 6566),
            new HelperRule("amanda", Protocol.UDP, 10080),
            new HelperRule("sip", Protocol.UDP, 5060),
            new HelperRule("sip", Protocol.TCP, 5060),
            new HelperRule("pptp", Protocol.TCP, 1723),
            new HelperRule("netbios-ns", Protocol.UDP, 137),
            new HelperRule("snmp", Protocol.UDP, 161));

    private UsualHelpers() {}
}
