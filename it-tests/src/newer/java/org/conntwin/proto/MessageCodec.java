package org.conntwin.proto;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The codec of messages in the later version: more fields in each, a higher version, and now and then one of a new kind. */
public final class MessageCodec {
    /** A receiver answers often; so many answers make room for one rumour. */
    private static final int ANSWERS_A_RUMOUR = 4;

    private static final AtomicLong ANSWERS = new AtomicLong();

    private MessageCodec() {}

    /** The bytes of a message other than a batch. */
    public static byte[] encode(SyncMessage message) {
        if (message instanceof SyncMessage.Progress && ANSWERS.incrementAndGet() % ANSWERS_A_RUMOUR == 0) {
            return NewerSchema.rumour();
        }
        byte[] today = TodaysMessageCodec.encode(message instanceof SyncMessage.Hello hello ? later(hello) : message);
        return NewerSchema.message(today, 0, today.length);
    }

    private static SyncMessage.Hello later(SyncMessage.Hello hello) {
        List<String> capabilities = new ArrayList<>(hello.capabilities());
        capabilities.add("rumours");
        return new SyncMessage.Hello(
                SyncMessage.VERSION + 1,
                capabilities,
                hello.incarnation(),
                hello.claim(),
                hello.role(),
                hello.table(),
                hello.answer());
    }

    /** Reads a message. */
    public static SyncMessage decode(byte[] bytes, int from, int length) throws MalformedWireException {
        return TodaysMessageCodec.decode(bytes, from, length);
    }
}
