package org.conntwin.node.demo.gate;

import java.util.Map;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.channel.Delivery;
import org.conntwin.node.channel.SyncChannel;
import org.conntwin.node.channel.View;

/** A way to the peers that can be cut: what this node says then is lost, as in a cable that is pulled. Thread-safe. */
final class CutLink implements SyncChannel {
    private final SyncChannel whole;
    private volatile boolean cut;

    CutLink(SyncChannel whole) {
        this.whole = whole;
    }

    /** From now on nothing that this node says reaches anybody. */
    void cut() {
        cut = true;
    }

    @Override
    public void connect() throws ChannelException {
        whole.connect();
    }

    @Override
    public void multicast(byte[] payload, int offset, int length, Delivery delivery) {
        if (!cut) {
            whole.multicast(payload, offset, length, delivery);
        }
    }

    @Override
    public boolean unicast(String node, byte[] payload, Delivery delivery) {
        return cut || whole.unicast(node, payload, delivery);
    }

    @Override
    public int payloadBytes() {
        return whole.payloadBytes();
    }

    @Override
    public View view() {
        return whole.view();
    }

    @Override
    public Map<String, Long> counters() {
        return whole.counters();
    }

    @Override
    public Map<String, Long> drops() {
        return whole.drops();
    }

    @Override
    public void close() {
        whole.close();
    }
}
