package org.conntwin.node.rehearsal;

import java.util.function.IntFunction;
import org.conntwin.tracker.ctnetlink.ConntrackDecoder;
import org.conntwin.tracker.ctnetlink.ConntrackEncoder;
import org.conntwin.tracker.ctnetlink.UnknownAttributes;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.netlink.MessageWriter;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.SharedBuffer;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.table.TableListener;

/** Tells a listener of flows as the kernel would: each is written as a message and read from it. */
final class RehearsedEvents implements AutoCloseable {
    private static final int BODY = Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;

    private final SharedBuffer buffer = new SharedBuffer(ConntrackEncoder.MAX_BYTES);
    private final MessageWriter message = new MessageWriter(buffer.bytes());
    private final ConntrackDecoder decoder = new ConntrackDecoder(new UnknownAttributes());
    private final TableListener listener;

    RehearsedEvents(TableListener listener) {
        this.listener = listener;
    }

    /** The same of so many flows, so many in a batch; {@code between} is called behind each batch. */
    void tell(EventKind kind, int flows, IntFunction<Conntrack> flow, int batch, Runnable between) {
        for (int from = 0; from < flows; from += batch) {
            listener.batchBegins();
            for (int number = from; number < Math.min(flows, from + batch); number++) {
                message.reset();
                ConntrackEncoder.insert(message, 1, flow.apply(number));
                Conntrack read = decoder.decode(buffer.bytes(), BODY, message.length());
                if (read != null) {
                    listener.conntrack(kind, read);
                }
            }
            listener.batchEnds();
            between.run();
        }
    }

    @Override
    public void close() {
        buffer.close();
    }
}
