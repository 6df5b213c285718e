package org.conntwin.tracker.ctnetlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.LinuxSocketAbi;
import org.conntwin.tracker.netlink.ffi.RawSocket;

/** Receives the bytes of events and dumps without decoding them. */
final class MessageRecorder implements AutoCloseable {
    private static final int QUIET_MILLIS = 60;

    private final RawSocket events = new RawSocket(128, 8192, 64);
    private final RawSocket dumps = new RawSocket(16, 32 * 1024, 256);
    private int sequence;

    MessageRecorder() {
        for (int group = Ctnetlink.GROUP_NEW; group <= Ctnetlink.GROUP_EXPECT_DESTROY; group++) {
            events.option(LinuxSocketAbi.SOL_NETLINK, LinuxSocketAbi.NETLINK_ADD_MEMBERSHIP, group);
        }
    }

    /** The events since the last call, once it is quiet. */
    List<byte[]> events() {
        List<byte[]> messages = new ArrayList<>();
        while (events.awaitReadable(QUIET_MILLIS) > 0) {
            int count = events.receive(false);
            for (int i = 0; i < count; i++) {
                messages.add(copy(events.received(), events.offset(i), events.length(i)));
            }
        }
        return messages;
    }

    List<byte[]> dump(int subsystem) {
        sequence++;
        MessageWriter request = new MessageWriter(dumps.sendBuffer());
        request.begin(
                Ctnetlink.type(subsystem, Ctnetlink.MESSAGE_GET),
                Netlink.FLAG_REQUEST | Netlink.FLAG_DUMP,
                sequence,
                0,
                0);
        request.end();
        dumps.send(request.length());
        List<byte[]> messages = new ArrayList<>();
        while (true) {
            int count = dumps.receive(true);
            for (int i = 0; i < count; i++) {
                int at = dumps.offset(i);
                int end = at + dumps.length(i);
                while (at < end) {
                    if (Netlink.hostShort(dumps.received(), at + Netlink.TYPE) == Netlink.TYPE_DONE) {
                        return messages;
                    }
                    int length = Netlink.hostInt(dumps.received(), at);
                    messages.add(copy(dumps.received(), at, length));
                    at += Netlink.aligned(length);
                }
            }
        }
    }

    private static byte[] copy(ByteBuffer buffer, int from, int length) {
        byte[] bytes = new byte[length];
        buffer.get(from, bytes);
        return bytes;
    }

    @Override
    public void close() {
        events.close();
        dumps.close();
    }
}
