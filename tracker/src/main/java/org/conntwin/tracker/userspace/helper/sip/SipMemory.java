package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;

/** What is remembered of a flow: the numbers of its last requests, which late answers are told apart by. */
final class SipMemory {
    /** CSeq of the last registration, as 32 bits; 0 at first. */
    int registration;
    /** CSeq of the last invitation. */
    int invitation;

    /** Port where the client of a translated flow wants answers, from its first Via field; 0 for where it sends from. */
    int answerPort;

    /** That of a flow, made when there is none yet. */
    static SipMemory of(Flow flow) {
        Extras extras = flow.extras();
        if (extras.helperMemory instanceof SipMemory known) {
            return known;
        }
        SipMemory fresh = new SipMemory();
        extras.helperMemory = fresh;
        return fresh;
    }
}
