package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/** Calls (RFC 3261, sections 13 to 15): what their messages announce, and when it is forgotten. */
final class Calls {
    private Calls() {}

    /** A new call, or a new description of one: what was announced so far is forgotten. */
    static Verdict invitation(Inspection packet, Message message, int sequence) {
        forget(packet, true);
        Verdict verdict = Media.read(packet, message);
        if (verdict == Verdict.ACCEPT) {
            SipMemory.of(packet.flow()).invitation = sequence;
        }
        return verdict;
    }

    /** An answer to a message that described media. */
    static Verdict response(Inspection packet, Message message, int sequence, long code) {
        if (code >= 100 && code <= 299) {
            return Media.read(packet, message);
        }
        if (SipMemory.of(packet.flow()).invitation == sequence) {
            forget(packet, true);
        }
        return Verdict.ACCEPT;
    }

    /** The call is over. */
    static Verdict end(Inspection packet) {
        forget(packet, true);
        return Verdict.ACCEPT;
    }

    /** Forgets all media, or one signalling connection. */
    static void forget(Inspection packet, boolean media) {
        for (Expected expected : packet.expected()) {
            boolean signalling = expected.wanted().expectClass() == MediaClass.SIGNALLING.number;
            if (signalling != media) {
                packet.unexpect(expected);
                if (!media) {
                    return;
                }
            }
        }
    }
}
