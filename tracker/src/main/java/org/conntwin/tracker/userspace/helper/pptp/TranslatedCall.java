package org.conntwin.tracker.userspace.helper.pptp;

import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;

/**
 * A call whose control connection is translated: several clients behind one address may have chosen the same call id, so
 * the server is told another one, the client's port as the server sees it (kernel behaviour: {@code nf_nat_pptp}).
 */
final class TranslatedCall {
    private TranslatedCall() {}

    /** Gives a message the id by which its receiver knows the client's call. */
    static Verdict pass(Inspection packet, PptpMemory memory, int message) {
        int at = PptpHelper.BODY;
        int id;
        if (packet.direction() == Flow.ORIGINAL) {
            switch (message) {
                case PptpHelper.OUT_REQUEST -> {
                    memory.ownClientId = memory.clientId;
                    memory.clientId = packet.flow().tuple(Flow.REPLY).destinationKey();
                }
                case PptpHelper.IN_REPLY, PptpHelper.CLEAR_REQUEST -> {}
                default -> {
                    return Verdict.ACCEPT;
                }
            }
            id = memory.clientId;
        } else {
            switch (message) {
                case PptpHelper.OUT_REPLY -> at += 2;
                case PptpHelper.IN_CONNECTED, PptpHelper.ERROR, PptpHelper.DISCONNECTED, PptpHelper.LINK -> {}
                default -> {
                    return Verdict.ACCEPT;
                }
            }
            id = memory.ownClientId;
        }
        byte[] bytes = {(byte) (id >>> 8), (byte) id};
        return packet.replace(at, bytes.length, bytes) ? Verdict.ACCEPT : Verdict.DROP;
    }
}
