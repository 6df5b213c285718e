package org.conntwin.tracker.ctnetlink;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.jspecify.annotations.Nullable;

/** One message in a buffer of its own length, so that a read beyond its end is seen. */
record EncodedMessage(ByteBuffer bytes) {
    static final int BODY = Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;

    /** What the writer is told. */
    static EncodedMessage of(Consumer<MessageWriter> writing) {
        ByteBuffer room = ByteBuffer.allocate(2 * ConntrackEncoder.MAX_BYTES);
        MessageWriter out = new MessageWriter(room);
        writing.accept(out);
        byte[] bytes = new byte[out.length()];
        room.get(0, bytes);
        return new EncodedMessage(ByteBuffer.wrap(bytes));
    }

    int length() {
        return bytes.capacity();
    }

    @Nullable
    Conntrack conntrack(UnknownAttributes unknown) {
        return new ConntrackDecoder(unknown).decode(bytes, BODY, length());
    }

    @Nullable
    Expectation expectation(UnknownAttributes unknown) {
        return new ExpectationDecoder(unknown).decode(bytes, BODY, length());
    }

    /** The first {@code length} bytes, in a buffer that has no more. */
    EncodedMessage cut(int length) {
        byte[] front = new byte[length];
        bytes.get(0, front);
        return new EncodedMessage(ByteBuffer.wrap(front));
    }

    EncodedMessage copy() {
        return cut(length());
    }
}
