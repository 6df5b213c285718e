package org.conntwin.tracker.userspace.track;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.tracker.userspace.expect.Retention;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Helpers;
import org.conntwin.tracker.userspace.helper.amanda.AmandaHelper;
import org.conntwin.tracker.userspace.helper.broadcast.BroadcastHelper;
import org.conntwin.tracker.userspace.helper.broadcast.Networks;
import org.conntwin.tracker.userspace.helper.ftp.FtpHelper;
import org.conntwin.tracker.userspace.helper.irc.IrcHelper;
import org.conntwin.tracker.userspace.helper.pptp.GreKeys;
import org.conntwin.tracker.userspace.helper.pptp.PptpHelper;
import org.conntwin.tracker.userspace.helper.sane.SaneHelper;
import org.conntwin.tracker.userspace.helper.sip.SipHelper;
import org.conntwin.tracker.userspace.helper.tftp.TftpHelper;

/** All helpers of this version: a new one is named here. */
final class KnownHelpers {
    private KnownHelpers() {}

    /** With nothing remembered yet. */
    static Helpers all() {
        return new Helpers(fresh(Networks.UNKNOWN, new GreKeys()));
    }

    /** With nothing remembered yet, and expectations kept as the rules say. */
    static Helpers with(List<TrackerSettings.HelperRule> rules, Networks networks, GreKeys greKeys) {
        Map<String, Retention> retention = new HashMap<>();
        for (TrackerSettings.HelperRule rule : rules) {
            if (!rule.retention().equals(Retention.NONE)) {
                retention.putIfAbsent(rule.helper(), rule.retention());
            }
        }
        return new Helpers(fresh(networks, greKeys), retention);
    }

    private static List<Helper> fresh(Networks networks, GreKeys greKeys) {
        return List.of(
                new FtpHelper(),
                new TftpHelper(),
                new SaneHelper(),
                new IrcHelper(),
                new AmandaHelper(),
                new SipHelper(),
                new PptpHelper(greKeys),
                BroadcastHelper.netBios(networks),
                BroadcastHelper.snmp(networks));
    }
}
