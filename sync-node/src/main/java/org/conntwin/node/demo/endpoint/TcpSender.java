package org.conntwin.node.demo.endpoint;

/**
 * The sending half of a connection: what is sent when, and sent again. Offsets count the bytes of the own stream from 0; the
 * FIN takes the offset behind the last byte. Holds no data: its owner can make every byte again.
 */
final class TcpSender {
    private static final int FIRST_WINDOW_SEGMENTS = 10;
    private static final int DUPLICATES = 3;

    /** Puts data on the wire. */
    interface Outlet {
        /** Sends the bytes from {@code offset} on, and the FIN behind them when {@code fin}. */
        void send(long offset, int length, boolean fin, long now);
    }

    private final Outlet outlet;
    private final RetransmissionTimer timer;
    private final int segment;
    private final Ranges selected = new Ranges();
    /** Lowest offset that is not acknowledged. */
    private long unacknowledged;
    /** Next offset to send. */
    private long next;
    /** One beyond the highest offset ever sent. */
    private long highest;
    /** One beyond the last byte that there is to send. */
    private long end;

    private boolean finishing;
    /** One beyond what the peer's window allows. */
    private long edge;

    private long congestionWindow;
    private long threshold = Long.MAX_VALUE;
    private int duplicates;
    private boolean recovering;
    private long recovered;
    private long timedEnd = -1;
    private long timedAt;
    private long retransmissions;

    /** @param segment most bytes in a segment */
    TcpSender(Outlet outlet, RetransmissionTimer timer, int segment) {
        this.outlet = outlet;
        this.timer = timer;
        this.segment = segment;
        congestionWindow = (long) FIRST_WINDOW_SEGMENTS * segment;
    }

    /** More bytes are there to send. */
    void add(int bytes) {
        end += bytes;
    }

    /** Nothing more will be added. */
    void finish() {
        finishing = true;
    }

    long unacknowledged() {
        return unacknowledged;
    }

    /** Next offset to be sent, which an empty segment carries. */
    long next() {
        return Math.max(next, highest);
    }

    long highest() {
        return highest;
    }

    /** Bytes handed over by {@link #add}. */
    long end() {
        return end;
    }

    /** Whether the peer has acknowledged all, the FIN included. */
    boolean finished() {
        return finishing && unacknowledged == end + 1;
    }

    long retransmissions() {
        return retransmissions;
    }

    /** The peer's window before anything was sent. */
    void firstEdge(long bytes) {
        edge = bytes;
    }

    /**
     * An acknowledgement that is not beyond {@link #highest}.
     *
     * @param acknowledged the offset that it names
     * @param newEdge one beyond what its window allows
     * @param blocks begin and end offset of selective acknowledgements in turn
     * @param bare whether its segment carried nothing else
     */
    void acknowledge(long acknowledged, long newEdge, long[] blocks, boolean bare, long now) {
        for (int i = 0; i + 1 < blocks.length; i += 2) {
            selected.add(Math.max(blocks[i], acknowledged), Math.min(blocks[i + 1], highest));
        }
        if (acknowledged > unacknowledged) {
            advance(acknowledged, now);
        } else if (acknowledged == unacknowledged && bare && newEdge == edge && unacknowledged < highest) {
            duplicates++;
            if (duplicates == DUPLICATES && !recovering) {
                recovering = true;
                recovered = highest;
                threshold = Math.max((highest - unacknowledged) / 2, 2L * segment);
                congestionWindow = threshold;
                repeatFirst(now);
            }
        }
        if (acknowledged >= unacknowledged) {
            edge = Math.max(edge, newEdge);
        }
        transmit(now);
    }

    private void advance(long acknowledged, long now) {
        long fresh = acknowledged - unacknowledged;
        unacknowledged = acknowledged;
        next = Math.max(next, acknowledged);
        selected.removeBelow(acknowledged);
        duplicates = 0;
        if (timedEnd >= 0 && acknowledged >= timedEnd) {
            timer.sample(now - timedAt);
            timedEnd = -1;
        }
        timer.relax();
        congestionWindow += congestionWindow < threshold
                ? Math.min(fresh, segment)
                : Math.max(1, (long) segment * segment / congestionWindow);
        if (recovering) {
            if (acknowledged >= recovered) {
                recovering = false;
            } else {
                repeatFirst(now);
            }
        }
        if (unacknowledged < highest) {
            timer.arm(now);
        } else {
            timer.disarm();
        }
    }

    /** Sends what is there and what both windows allow. */
    void transmit(long now) {
        long last = finishing ? end + 1 : end;
        long limit = Math.min(Math.min(last, edge), unacknowledged + congestionWindow);
        while (next < limit) {
            long skipped = selected.endOf(next);
            if (skipped > next) {
                next = skipped;
                continue;
            }
            next = sendFrom(next, Math.min(limit, selected.nextBegin(next)), now);
        }
        // With nothing under way and a closed window only this end can find out that it has opened.
        boolean stuck = unacknowledged == highest && next < last && edge <= next;
        if (!timer.armed() && (unacknowledged < highest || stuck)) {
            timer.arm(now);
        }
    }

    private long sendFrom(long offset, long limit, long now) {
        int length = (int) Math.max(0, Math.min(segment, Math.min(limit, end) - offset));
        boolean fin = finishing && offset + length == end && end < limit;
        long to = offset + length + (fin ? 1 : 0);
        if (offset < highest) {
            retransmissions++;
            timedEnd = -1; // an answer to either copy would tell nothing (Karn)
        } else if (timedEnd < 0) {
            timedEnd = to;
            timedAt = now;
        }
        highest = Math.max(highest, to);
        outlet.send(offset, length, fin, now);
        return to;
    }

    private void repeatFirst(long now) {
        long limit = Math.min(highest, selected.nextBegin(unacknowledged));
        if (unacknowledged < limit) {
            sendFrom(unacknowledged, limit, now);
            timer.arm(now);
        }
    }

    /** The timer went off: everything that was not acknowledged is sent again, slowly at first. */
    void timeout(long now) {
        timer.backOff();
        timer.disarm();
        if (unacknowledged == highest) {
            // A closed window: one byte beyond it asks how things are.
            next = sendFrom(next, next + 1, now);
        } else {
            threshold = Math.max((highest - unacknowledged) / 2, 2L * segment);
            congestionWindow = segment;
            recovering = false;
            duplicates = 0;
            next = unacknowledged;
            sendProbing(now);
        }
        timer.arm(now);
    }

    /** Sends again even where the peer has closed its window since. */
    private void sendProbing(long now) {
        transmit(now);
        if (next == unacknowledged) {
            next = sendFrom(next, Math.min(highest, next + 1), now);
        }
    }
}
