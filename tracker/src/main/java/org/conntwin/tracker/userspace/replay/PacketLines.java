package org.conntwin.tracker.userspace.replay;

/**
 * A line for every record in the order of records, also where a later record decides on an earlier one, as the last part
 * of a datagram does. What waits takes one byte a record; beyond {@link #MOST_WAITING} records the oldest is given its
 * line as if its datagram had been given up. Records are numbered from 1.
 */
final class PacketLines {
    /** Sixty seconds of more than a quarter of a million packets each. */
    static final int MOST_WAITING = 1 << 24;

    private final StringBuilder out;
    private final Runnable drain;
    private final int mostWaiting;
    /** Verdicts of the records from {@link #next} to {@link #last}, 0 where none is known; a ring. */
    private byte[] waiting = new byte[1024];

    private long next = 1;
    private long last;
    private long forced;

    PacketLines(LineOutput output) {
        this(output.text(), output::drain, MOST_WAITING);
    }

    /** @param drain is run after every line, so that what {@code out} holds stays small */
    PacketLines(StringBuilder out, Runnable drain, int mostWaiting) {
        this.out = out;
        this.drain = drain;
        this.mostWaiting = mostWaiting;
    }

    /** Number of records whose line could not be waited for. */
    long forced() {
        return forced;
    }

    /** Makes room for the record that comes next; its verdict is to follow. */
    void begin() {
        if (last - next + 1 >= mostWaiting) {
            forced++;
            decide(next, Verdict.LOST);
        }
        if (last - next + 1 == waiting.length) {
            grow();
        }
        last++;
        waiting[at(last)] = 0;
    }

    /** Says what was made of a record; prints it once all before it are printed. Later verdicts do not count. */
    void decide(long record, byte verdict) {
        if (record < next || waiting[at(record)] != 0) {
            return;
        }
        waiting[at(record)] = verdict;
        while (next <= last && waiting[at(next)] != 0) {
            out.append('#').append(next).append(' ');
            Verdict.append(out, waiting[at(next)]);
            out.append('\n');
            next++;
            drain.run();
        }
    }

    private int at(long record) {
        return (int) record & (waiting.length - 1);
    }

    private void grow() {
        byte[] old = waiting;
        waiting = new byte[2 * old.length];
        for (long record = next; record <= last; record++) {
            waiting[at(record)] = old[(int) record & (old.length - 1)];
        }
    }
}
