package org.conntwin.node.channel;

import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.protocols.TP;
import org.jgroups.stack.Protocol;

/** Tells the protocols above that a member's process seems to be gone; they verify it before they believe it. */
final class Suspicion {
    private Suspicion() {}

    /** On a thread of the transport's pool, because those protocols may take their time. */
    static void raise(Protocol reporter, TP transport, Address member) {
        Runnable report = () -> reporter.getUpProtocol().up(new Event(Event.SUSPECT, List.of(member)));
        if (!transport.getThreadPool().execute(report)) {
            transport.getThreadFactory().newThread(report, "suspicion").start();
        }
    }
}
