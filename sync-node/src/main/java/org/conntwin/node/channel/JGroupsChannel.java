package org.conntwin.node.channel;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.protocols.TransferQueueBundler;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.stack.Protocol;
import org.jgroups.util.Table;
import org.jspecify.annotations.Nullable;

/**
 * The channel over a JGroups stack of its own.
 *
 * <p>What is bounded, and how:
 *
 * <ul>
 *   <li>Messages on their way to the sockets. Multicast: none, the caller's own thread hands each to the kernel. TCP:
 *       JGroups' bundler keeps {@value #BUNDLER_MESSAGES}. A caller that is faster than this machine's own sending thread
 *       waits for that thread, {@value #MAX_WAIT_MILLIS} ms at most; beyond, the message is left to retransmission. That
 *       thread waits for no peer: it hands over to a queue of 8 MiB for each peer whose overflow is dropped, counted and
 *       sent again.
 *   <li>Reliable messages that some member has not acknowledged stay in memory ({@code retainedMessages} of
 *       {@link #counters}). There is no flow control here, so a caller bounds them by not running ahead of its peers'
 *       answers. A member that answers nothing is taken out of the view after about 5 s, and with it what only it lacked.
 *   <li>Received messages that wait for the listener: the thread that receives calls it, so what waits is in the socket's
 *       buffer. What finds no room there is lost and sent again (multicast), or holds up the sender's queue (TCP).
 * </ul>
 */
public final class JGroupsChannel implements SyncChannel {
    private static final int BUNDLER_MESSAGES = 16_384;
    private static final int MAX_WAIT_MILLIS = 100;
    private static final long CLOSE_MILLIS = 2_000;

    private final ChannelSettings settings;
    private final Drops drops = new Drops(System::nanoTime);
    private final ChannelCounters counters = new ChannelCounters();
    private final Dispatcher dispatcher;
    private final int payloadBytes;
    private volatile @Nullable JChannel channel;
    private volatile @Nullable TransferQueueBundler bundler;
    private boolean closed;

    /** A channel that is not connected yet; opens nothing. */
    public JGroupsChannel(ChannelSettings settings, ChannelListener listener) {
        this.settings = settings;
        this.dispatcher = new Dispatcher(listener, counters, drops);
        this.payloadBytes = Stack.payloadBytes(settings);
    }

    @Override
    public synchronized void connect() throws ChannelException {
        if (closed || channel != null) {
            throw new ChannelException("this channel was opened before; make a new one");
        }
        JChannel opening = null;
        try {
            opening = new JChannel(new Stack(settings, drops).protocols());
            opening.addAddressGenerator(() -> NodeAddress.startingAt(System.currentTimeMillis(), settings.node()));
            opening.setName(settings.node());
            opening.setDiscardOwnMessages(true);
            opening.setReceiver(dispatcher);
            if (opening.getProtocolStack().getTransport().getBundler() instanceof TransferQueueBundler queue) {
                bundler = queue;
            }
            opening.connect(settings.cluster());
            channel = opening;
        } catch (ChannelException e) {
            abandon(opening);
            throw e;
        } catch (Exception e) {
            abandon(opening);
            throw new ChannelException(reason(e), e);
        }
    }

    private void abandon(@Nullable JChannel opening) {
        closed = true;
        if (opening != null) {
            opening.close();
        }
    }

    /** JGroups wraps what happened; the innermost message says it. */
    private String reason(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof SecurityException refusal && refusal.getMessage() != null) {
            return refusal.getMessage();
        }
        return "cannot open the channel on " + settings.bindAddress().getHostAddress() + " port " + settings.port()
                + ": " + cause.getMessage();
    }

    @Override
    public void multicast(byte[] payload, int offset, int length, Delivery delivery) {
        send(null, payload, offset, length, delivery);
    }

    @Override
    public boolean unicast(String node, byte[] payload, Delivery delivery) {
        Address member = dispatcher.address(node);
        if (member == null || node.equals(settings.node())) {
            return false;
        }
        send(member, payload, 0, payload.length, delivery);
        return true;
    }

    private void send(@Nullable Address to, byte[] payload, int offset, int length, Delivery delivery) {
        JChannel open = channel;
        if (open == null || !open.isConnected()) {
            throw new IllegalStateException("the channel is not connected");
        }
        byte[] copy = new byte[length];
        System.arraycopy(payload, offset, copy, 0, length);
        Message message = new BytesMessage(to, copy).setFlag(Message.TransientFlag.DONT_LOOPBACK);
        if (delivery == Delivery.BEST_EFFORT && length <= payloadBytes) {
            message.setFlag(Message.Flag.NO_RELIABILITY); // a larger one needs fragments, which need reliability
        }
        awaitRoom();
        try {
            open.send(message);
        } catch (Exception e) {
            throw new IllegalStateException("the channel is closing", e);
        }
        counters.sentMessages.increment();
        counters.sentBytes.add(length);
    }

    private void awaitRoom() {
        TransferQueueBundler queue = bundler;
        if (queue == null || queue.getQueueSize() < BUNDLER_MESSAGES * 3 / 4) {
            return;
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MILLIS);
        while (queue.getQueueSize() > BUNDLER_MESSAGES / 2 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(50_000);
        }
    }

    @Override
    public int payloadBytes() {
        return payloadBytes;
    }

    @Override
    public View view() {
        return dispatcher.view();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = counters.snapshot();
        JChannel open = channel;
        if (open != null) {
            Protocol reliable = open.getProtocolStack().findProtocol(NAKACK2.class);
            if (reliable instanceof NAKACK2 nakack) {
                all.put("retainedMessages", retained(nakack, open.getAddress()));
                all.put("retransmittedMessages", nakack.getXmitResponsesSent());
                all.put("retransmitRequests", nakack.getXmitRequestsSent());
            }
        }
        all.put("stackWarnings", QuietLog.count());
        return all;
    }

    private static long retained(NAKACK2 nakack, Address self) {
        Table<Message> sent = nakack.getWindow(self);
        return sent == null ? 0 : sent.getHighestReceived() - sent.getLow();
    }

    @Override
    public Map<String, Long> drops() {
        return drops.snapshot();
    }

    @Override
    public void close() {
        JChannel open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = channel;
            channel = null;
        }
        if (open == null) {
            return;
        }
        // JGroups waits for threads that may hang in a listener; a stop of the node must not
        Thread closer = Thread.ofPlatform().daemon().name("channel-close").start(open::close);
        try {
            closer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dispatcher.closed();
    }
}
