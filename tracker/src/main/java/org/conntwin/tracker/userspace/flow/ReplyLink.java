package org.conntwin.tracker.userspace.flow;

/**
 * Stands for a flow in the bucket of its reply tuple where that is another one than the original tuple's: translated
 * flows, ICMP queries, zones of one direction.
 */
final class ReplyLink extends Link {
    final Flow flow;

    ReplyLink(Flow flow) {
        this.flow = flow;
    }
}
