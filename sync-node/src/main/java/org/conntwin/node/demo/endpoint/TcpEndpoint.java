package org.conntwin.node.demo.endpoint;

import org.conntwin.tracker.model.Tuple;

/** One end of a TCP connection (RFC 9293, without simultaneous open and urgent data). */
public final class TcpEndpoint extends Timed {
    /** The states of RFC 9293. */
    public enum State {
        CLOSED,
        SYN_SENT,
        SYN_RECEIVED,
        ESTABLISHED,
        FIN_WAIT_1,
        FIN_WAIT_2,
        CLOSE_WAIT,
        CLOSING,
        LAST_ACK,
        TIME_WAIT
    }

    private static final int MAX_REPETITIONS = 15;
    private static final int DEFAULT_SEGMENT = 536;

    private final Tuple tuple;
    private final StackOptions options;
    private final TcpUser user;
    private final TcpReceiver receiver;
    private final TcpOutput output;
    private final RetransmissionTimer timer = new RetransmissionTimer();
    private TcpSender sender;
    private State state = State.CLOSED;
    private int peerScale;
    private boolean delivered;
    private long forgetAt = NEVER;
    private long handshakeRepetitions;
    private long handshakeSentAt;

    /**
     * An end that has not said anything yet.
     *
     * @param tuple from this end to the other
     * @param first this end's first sequence number
     */
    TcpEndpoint(
            Tuple tuple,
            StackOptions options,
            int first,
            ByteSource source,
            TcpUser user,
            Wire wire,
            PacketWriter writer) {
        this.tuple = tuple;
        this.options = options;
        this.user = user;
        receiver = new TcpReceiver(options.receiveBuffer());
        output = new TcpOutput(tuple, options, first, source, receiver, wire, writer);
        sender = new TcpSender(this::sendData, timer, DEFAULT_SEGMENT);
    }

    /** From this end to the other. */
    public Tuple tuple() {
        return tuple;
    }

    /** How the connection stands. */
    public State state() {
        return state;
    }

    /** How often this end sent something again: SYN, SYN/ACK, data or FIN. */
    public long retransmissions() {
        return handshakeRepetitions + sender.retransmissions();
    }

    /** Bytes written that the peer has not acknowledged: what fills a socket's buffer. */
    public long backlog() {
        return Math.max(0, sender.end() - sender.unacknowledged());
    }

    /** Whether both ends know of each other's bytes, as far as this end can tell. */
    public boolean quiet() {
        return sender.unacknowledged() == sender.highest()
                && sender.highest() >= sender.end()
                && output.acknowledgeBy() == NEVER;
    }

    /** Begins: sends the SYN. */
    void connect(long now) {
        state = State.SYN_SENT;
        sendSyn(now);
    }

    /** Answers a SYN. */
    void accept(Segment syn, long now) {
        state = State.SYN_RECEIVED;
        agree(syn);
        sendSyn(now);
    }

    private void agree(Segment syn) {
        output.agree(syn);
        peerScale = output.scaled() ? syn.scale() : 0;
        int most = syn.maxSegment() == 0 ? DEFAULT_SEGMENT : syn.maxSegment();
        sender = new TcpSender(this::sendData, timer, Math.min(most, options.maxSegment()));
        sender.firstEdge(syn.window());
    }

    private void sendSyn(long now) {
        handshakeSentAt = now;
        timer.arm(now);
        output.syn(state == State.SYN_RECEIVED, now);
    }

    /** Hands over more bytes to send; they come from the source when their turn has come. Only once established. */
    public void write(int bytes, long now) {
        if (state == State.ESTABLISHED || state == State.CLOSE_WAIT) {
            sender.add(bytes);
            sender.transmit(now);
        }
    }

    /** The user has read what it was given: the window opens again. */
    public void read(long now) {
        receiver.readAll();
        boolean worthTelling = receiver.growth() >= Math.min(2L * options.maxSegment(), options.receiveBuffer() / 2);
        boolean receiving = switch (state) {
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> true;
            default -> false;
        };
        if (worthTelling && receiving) {
            output.acknowledge(sender.next(), now);
        }
    }

    /** Says that nothing more will be written. */
    public void finish(long now) {
        switch (state) {
            case ESTABLISHED -> state = State.FIN_WAIT_1;
            case CLOSE_WAIT -> state = State.LAST_ACK;
            default -> {
                return;
            }
        }
        sender.finish();
        sender.transmit(now);
    }

    /** Breaks the connection off; the user hears nothing more. */
    public void abort(long now) {
        if (state != State.CLOSED && state != State.SYN_SENT) {
            output.reset(sender.next(), now);
        }
        forget();
    }

    /** A segment came that belongs to this connection. */
    void receive(Segment segment, long now) {
        switch (state) {
            case CLOSED -> {
                // Nobody is left to hear it.
            }
            case SYN_SENT -> receiveAnswer(segment, now);
            default -> receiveSynchronized(segment, now);
        }
    }

    private void receiveAnswer(Segment segment, long now) {
        boolean right = segment.has(Segment.ACK) && segment.acknowledgment() == output.sequence(0);
        if (segment.has(Segment.RST)) {
            if (right) {
                fail(now);
            }
        } else if (segment.has(Segment.ACK) && !right) {
            output.refuse(segment.acknowledgment(), now);
        } else if (right && segment.has(Segment.SYN)) {
            agree(segment);
            establish(now);
            output.acknowledge(0, now);
            user.established(now);
        }
    }

    private void establish(long now) {
        state = State.ESTABLISHED;
        if (handshakeRepetitions == 0) {
            timer.sample(now - handshakeSentAt);
        }
        timer.relax();
        timer.disarm();
    }

    private void receiveSynchronized(Segment segment, long now) {
        long expected = receiver.acknowledged();
        long offset = expected + (segment.sequence() - output.peerSequence(expected));
        if (state == State.SYN_RECEIVED && segment.has(Segment.SYN) && offset == -1) {
            handshakeRepetitions++;
            sendSyn(now);
        } else if (!acceptable(offset, segment.span(), expected)) {
            if (!segment.has(Segment.RST)) {
                output.acknowledge(sender.next(), now);
            }
        } else if (segment.has(Segment.RST)) {
            receiveReset(offset == expected, now);
        } else if (segment.has(Segment.SYN)) {
            output.acknowledge(sender.next(), now); // RFC 5961: the peer proves by a reset that it means it
        } else if (segment.has(Segment.ACK) && receiveAcknowledgment(segment, now)) {
            receiveData(segment, offset, now);
        }
    }

    private boolean acceptable(long offset, int span, long expected) {
        long window = receiver.window();
        if (span == 0) {
            return offset == expected || (offset > expected && offset < expected + window);
        }
        return offset < expected + window && offset + span > expected;
    }

    private void receiveReset(boolean exact, long now) {
        if (!exact) {
            output.acknowledge(sender.next(), now);
        } else if (state == State.TIME_WAIT) {
            forget();
        } else if (state == State.LAST_ACK || state == State.CLOSING) {
            forget();
            user.closed(now);
        } else {
            fail(now);
        }
    }

    /** Whether the segment may be looked at further. */
    private boolean receiveAcknowledgment(Segment segment, long now) {
        long known = sender.unacknowledged();
        long acknowledged = known + (segment.acknowledgment() - output.sequence(known));
        if (state == State.SYN_RECEIVED) {
            if (acknowledged != 0) {
                output.refuse(segment.acknowledgment(), now);
                return false;
            }
            establish(now);
            user.established(now);
        } else if (acknowledged > sender.highest()) {
            output.acknowledge(sender.next(), now);
            return false;
        }
        long[] blocks = new long[output.selective() ? segment.blocks().remaining() / Integer.BYTES : 0];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = known + (segment.blocks().getInt() - output.sequence(known));
        }
        long edge = acknowledged + ((long) segment.window() << peerScale);
        sender.acknowledge(acknowledged, edge, blocks, segment.span() == 0, now);
        if (sender.finished()) {
            switch (state) {
                case FIN_WAIT_1 -> state = State.FIN_WAIT_2;
                case CLOSING -> waitForStragglers(now);
                case LAST_ACK -> {
                    forget();
                    user.closed(now);
                }
                default -> {
                    // Known already.
                }
            }
        }
        return state != State.CLOSED;
    }

    private void receiveData(Segment segment, long offset, long now) {
        if (segment.span() == 0) {
            return;
        }
        if (receiver.finished()) {
            output.acknowledge(sender.next(), now);
            return;
        }
        boolean hadGap = receiver.gap();
        delivered = false;
        output.owe();
        boolean inOrder = receiver.accept(offset, segment.payload(), segment.has(Segment.FIN), bytes -> {
            delivered = true;
            user.received(bytes, now);
        });
        if (state == State.CLOSED) {
            return; // the user broke it off
        }
        if (receiver.finished()) {
            receiveEnd(now);
        } else if (!inOrder || !delivered || hadGap || output.unanswered() > 1) {
            output.acknowledge(sender.next(), now);
        } else {
            output.acknowledgeSoon(now);
        }
    }

    private void receiveEnd(long now) {
        switch (state) {
            case ESTABLISHED -> {
                state = State.CLOSE_WAIT;
                user.finished(now);
                acknowledgeOwed(now);
            }
            case FIN_WAIT_1 -> {
                state = State.CLOSING;
                user.finished(now);
                acknowledgeOwed(now);
            }
            case FIN_WAIT_2 -> {
                user.finished(now);
                acknowledgeOwed(now);
                if (state == State.FIN_WAIT_2) {
                    waitForStragglers(now);
                }
            }
            default -> {
                // Heard already.
            }
        }
    }

    /** What the user sent in answer has taken the acknowledgement along. */
    private void acknowledgeOwed(long now) {
        if (output.unanswered() > 0) {
            output.acknowledge(sender.next(), now);
        }
    }

    private void waitForStragglers(long now) {
        state = State.TIME_WAIT;
        timer.disarm();
        forgetAt = now + options.timeWaitNanos();
        user.closed(now);
    }

    private void fail(long now) {
        forget();
        user.reset(now);
    }

    private void forget() {
        state = State.CLOSED;
        timer.disarm();
        output.forget();
        forgetAt = NEVER;
    }

    @Override
    public long deadline() {
        return Math.min(Math.min(timer.deadline(), output.acknowledgeBy()), forgetAt);
    }

    @Override
    public void due(long now) {
        if (forgetAt <= now) {
            forget();
            return;
        }
        if (output.acknowledgeBy() <= now) {
            output.acknowledge(sender.next(), now);
        }
        if (timer.deadline() > now) {
            return;
        }
        if (timer.backoff() >= MAX_REPETITIONS) {
            fail(now);
        } else if (state == State.SYN_SENT || state == State.SYN_RECEIVED) {
            handshakeRepetitions++;
            timer.backOff();
            sendSyn(now);
        } else {
            sender.timeout(now);
        }
    }

    private void sendData(long offset, int length, boolean fin, long now) {
        output.data(offset, length, fin, length > 0 && offset + length == sender.end(), now);
    }
}
