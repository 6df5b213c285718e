package org.conntwin.tracker.queue;

import java.nio.ByteBuffer;

/**
 * Verdicts on the packets of one queue in the order in which they came, every packet exactly once: those on packets in a
 * row that are the same leave as one message. They are in effect after {@link #flush}. Not thread-safe; nobody else
 * gives verdicts to the queue meanwhile.
 */
public final class Verdicts {
    private final PacketQueue queue;
    private int verdict;
    private int mark;
    private int last;
    private int waiting;

    /** Verdicts for this queue. */
    public Verdicts(PacketQueue queue) {
        this.queue = queue;
    }

    /** Lets the next packet go on with this packet mark. */
    public void accept(int id, int packetMark) {
        add(QueueNumbers.ACCEPT, id, packetMark);
    }

    /** Lets the next packet go on with this packet mark and these bytes, from its network header on, in its place. */
    public void accept(int id, int packetMark, ByteBuffer bytes, int from, int length) {
        endRun();
        queue.accept(id, packetMark, bytes, from, length);
    }

    /** Drops the next packet. */
    public void drop(int id) {
        add(QueueNumbers.DROP, id, 0);
    }

    private void add(int next, int id, int packetMark) {
        if (waiting > 0 && (next != verdict || packetMark != mark)) {
            endRun();
        }
        verdict = next;
        mark = packetMark;
        last = id;
        waiting++;
    }

    private void endRun() {
        if (waiting > 0) {
            boolean many = waiting > 1;
            if (verdict == QueueNumbers.DROP && many) {
                queue.dropUpTo(last);
            } else if (verdict == QueueNumbers.DROP) {
                queue.drop(last);
            } else if (many) {
                queue.acceptUpTo(last, mark);
            } else {
                queue.accept(last, mark);
            }
        }
        waiting = 0;
    }

    /** Sends what waits. */
    public void flush() {
        endRun();
        queue.flush();
    }
}
