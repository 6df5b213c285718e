package org.conntwin.tracker.queue;

import static org.conntwin.tracker.queue.QueueNumbers.*;

import java.nio.ByteBuffer;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;

/** Writes the messages that configure a queue and those that carry verdicts, one behind the other. */
final class QueueMessages {
    /** What a verdict takes without a payload: headers, verdict, mark, the payload's own header and padding. */
    static final int VERDICT_BYTES = Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES + 12 + 8 + 8;

    /** What unbinding or another setting takes. */
    static final int SETTING_BYTES = Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES + 8;

    private final MessageWriter out;
    private final int queue;
    private final ByteBuffer parameters = ByteBuffer.allocate(5);

    QueueMessages(ByteBuffer buffer, int queue) {
        this.out = new MessageWriter(buffer);
        this.queue = queue;
    }

    /** Bytes written so far. */
    int length() {
        return out.length();
    }

    /** Bytes that still fit. */
    int remaining() {
        return out.remaining();
    }

    void reset() {
        out.reset();
    }

    /** One message that does it all, as a packet that comes between two would be lost. */
    void bind(QueueSettings settings, int sequence) {
        config(sequence, Netlink.FLAG_ACK);
        out.put32(CFG_CMD, CMD_BIND << 24);
        parameters.putInt(0, settings.copyBytes());
        parameters.put(4, (byte) (settings.copyBytes() == 0 ? COPY_META : COPY_PACKET));
        out.putBytes(CFG_PARAMS, parameters, 0, 5);
        out.put32(CFG_QUEUE_MAXLEN, settings.maxPackets());
        out.put32(CFG_FLAGS, (settings.failOpen() ? F_FAIL_OPEN : 0) | (settings.wholeSegments() ? F_GSO : 0));
        out.put32(CFG_MASK, F_FAIL_OPEN | F_GSO);
        out.end();
    }

    void unbind(int sequence) {
        config(sequence, 0);
        out.put32(CFG_CMD, CMD_UNBIND << 24);
        out.end();
    }

    void maxPackets(int packets, int sequence) {
        config(sequence, 0);
        out.put32(CFG_QUEUE_MAXLEN, packets);
        out.end();
    }

    private void config(int sequence, int flags) {
        out.begin(type(MESSAGE_CONFIG), Netlink.FLAG_REQUEST | flags, sequence, 0, 0, queue);
    }

    /** A verdict on one packet, or on all up to it; its message is ended by {@link #end}. */
    void verdict(boolean upTo, int verdict, int id) {
        out.begin(type(upTo ? MESSAGE_VERDICT_BATCH : MESSAGE_VERDICT), Netlink.FLAG_REQUEST, 0, 0, 0, queue);
        out.putWords(VERDICT_HDR, verdict, id);
    }

    void mark(int mark) {
        out.put32(MARK, mark);
    }

    void payload(ByteBuffer source, int from, int length) {
        out.putBytes(PAYLOAD, source, from, length);
    }

    void end() {
        out.end();
    }
}
