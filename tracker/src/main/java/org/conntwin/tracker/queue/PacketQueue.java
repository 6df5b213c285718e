package org.conntwin.tracker.queue;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.Netlink;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.conntwin.tracker.netlink.ffi.SocketCallException;

/**
 * One packet queue of the kernel in this process's network namespace. One thread receives; verdicts and the rest come
 * from any thread, at any time after the packet. Verdicts wait in a buffer until {@link #flush}, or until it is full;
 * after {@link #close} they do nothing. Verdicts that the kernel did not take keep their place and are sent again with
 * the next ones, or with the next {@link #receive}; when there is no room left for them, every packet that has come until
 * then is dropped: a later verdict on many must not let go what an earlier one drops.
 *
 * <p>A rule with {@code bypass} lets its packets pass while nobody has the queue open.
 */
public final class PacketQueue implements AutoCloseable {
    private static final int SLOTS = 64;
    /** What the kernel says of a packet beside its bytes. */
    private static final int MESSAGE_BYTES = 512;

    private static final int VERDICT_BUFFER = 128 * 1024;
    private static final int ANSWER_MILLIS = 1_000;

    private final QueueSettings settings;
    private final RawSocket socket;
    private final PacketReceiver receiver;
    private final QueuedPacket packet;
    private final QueueMessages out;
    private final LongAdder received = new LongAdder();
    private final LongAdder unread = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile int lastId;
    /** Whether verdicts wait that the kernel did not take. */
    private volatile boolean unsent;

    private int sequence;
    private int answered;
    private int answer;
    private boolean more;
    private boolean closed;

    private PacketQueue(QueueSettings settings, RawSocket socket, PacketReceiver receiver) {
        this.settings = settings;
        this.socket = socket;
        this.receiver = receiver;
        this.packet = new QueuedPacket(socket.received());
        this.out = new QueueMessages(socket.sendBuffer(), settings.number());
    }

    /**
     * Opens a queue that nobody else has open.
     *
     * @param receiver gets the packets; already while this call runs, should some come at once
     * @throws QueueException when the kernel refuses
     */
    public static PacketQueue open(QueueSettings settings, PacketReceiver receiver) {
        PacketQueue queue = new PacketQueue(settings, socket(settings), receiver);
        queue.socket.receiveBuffer(settings.bufferBytes());
        queue.socket.sendBuffer(2 * VERDICT_BUFFER);
        queue.bind();
        return queue;
    }

    private static RawSocket socket(QueueSettings settings) {
        try {
            return new RawSocket(SLOTS, MESSAGE_BYTES + Netlink.aligned(settings.copyBytes()), VERDICT_BUFFER);
        } catch (SocketCallException refused) {
            throw failure(settings, refused.errno());
        }
    }

    private static QueueException failure(QueueSettings settings, int errno) {
        String advice = switch (errno) {
            // One error for both: the queue belongs to another socket, or the capability is missing.
            case Errno.EPERM, Errno.EACCES, Errno.EBUSY ->
                "another program has it open (see /proc/net/netfilter/nfnetlink_queue), or CAP_NET_ADMIN is missing";
            case Errno.EINVAL, Errno.EOPNOTSUPP -> "load the module nfnetlink_queue";
            default -> "see /proc/net/netfilter/nfnetlink_queue";
        };
        return new QueueException(
                "packet queue " + settings.number() + " cannot be opened (" + Errno.name(errno) + "); " + advice);
    }

    private void bind() {
        int asked = ++sequence;
        out.bind(settings, asked);
        int sent = send();
        long until = System.nanoTime() + ANSWER_MILLIS * 1_000_000L;
        while (sent >= 0 && answered != asked && System.nanoTime() < until) {
            receive(ANSWER_MILLIS);
        }
        int error = sent < 0 ? -sent : answered == asked ? answer : Errno.ETIME;
        if (error != 0) {
            socket.close();
            throw failure(settings, error);
        }
    }

    /**
     * Hands what has come to the receiver; waits for the first packet at most so long.
     *
     * @return number of packets
     */
    public int receive(int millis) {
        if (unsent) {
            flush();
        }
        // Behind a full burst there usually is more: then asking first costs a call for nothing.
        if (!more && socket.awaitReadable(millis) <= 0) {
            return 0;
        }
        int messages = socket.receive(false);
        more = messages == SLOTS;
        if (messages == -Errno.ENOBUFS) {
            unread.increment();
        }
        return messages <= 0 ? 0 : burst(messages);
    }

    private int burst(int messages) {
        int packets = 0;
        receiver.burstBegins();
        try {
            for (int i = 0; i < messages; i++) {
                int from = socket.offset(i);
                packets += message(from, from + socket.length(i)) ? 1 : 0;
            }
        } finally {
            receiver.burstEnds();
        }
        received.add(packets);
        return packets;
    }

    private boolean message(int from, int end) {
        ByteBuffer buffer = socket.received();
        int body = from + Netlink.HEADER_BYTES + Netlink.NETFILTER_HEADER_BYTES;
        if (body > end || Netlink.hostInt(buffer, from) > end - from) {
            unread.increment();
            return false;
        }
        int type = Netlink.hostShort(buffer, from + Netlink.TYPE);
        if (type == Netlink.TYPE_ERROR) {
            answered(Netlink.hostInt(buffer, from + Netlink.SEQUENCE), -Netlink.hostInt(buffer, body - 4));
            return false;
        }
        boolean whole = type == QueueNumbers.type(QueueNumbers.MESSAGE_PACKET)
                && packet.read(body, from + Netlink.hostInt(buffer, from));
        if (whole) {
            lastId = packet.id();
            receiver.packet(packet);
        } else {
            unread.increment();
        }
        return whole;
    }

    private void answered(int to, int error) {
        answered = to;
        answer = error;
        if (error != 0) {
            refused.increment();
        }
    }

    /** Lets the packet go on. */
    public void accept(int id) {
        verdict(false, QueueNumbers.ACCEPT, id);
    }

    /** Lets the packet go on with this packet mark. */
    public synchronized void accept(int id, int mark) {
        if (!closed) {
            begin(false, QueueNumbers.ACCEPT, id, 0);
            out.mark(mark);
            out.end();
        }
    }

    /** Lets the packet go on with this packet mark and these bytes, from its network header on, in its place. */
    public synchronized void accept(int id, int mark, ByteBuffer bytes, int from, int length) {
        if (!closed) {
            begin(false, QueueNumbers.ACCEPT, id, length);
            out.mark(mark);
            out.payload(bytes, from, length);
            out.end();
        }
    }

    /** Lets all packets that wait go on, up to this one. */
    public void acceptUpTo(int id) {
        verdict(true, QueueNumbers.ACCEPT, id);
    }

    /** The same; all get this packet mark. */
    public synchronized void acceptUpTo(int id, int mark) {
        if (!closed) {
            begin(true, QueueNumbers.ACCEPT, id, 0);
            out.mark(mark);
            out.end();
        }
    }

    /** Drops the packet. */
    public void drop(int id) {
        verdict(false, QueueNumbers.DROP, id);
    }

    /** Drops all packets that wait, up to this one. */
    public void dropUpTo(int id) {
        verdict(true, QueueNumbers.DROP, id);
    }

    private synchronized void verdict(boolean upTo, int verdict, int id) {
        if (!closed) {
            begin(upTo, verdict, id, 0);
            out.end();
        }
    }

    private void begin(boolean upTo, int verdict, int id, int payload) {
        makeRoom(QueueMessages.VERDICT_BYTES + payload);
        out.verdict(upTo, verdict, id);
    }

    private void makeRoom(int bytes) {
        if (out.remaining() < bytes) {
            flush();
        }
        if (out.remaining() < bytes) {
            out.reset();
            out.verdict(true, QueueNumbers.DROP, lastId);
            out.end();
        }
    }

    /** Sends the verdicts that wait here; they are in effect when this returns, unless the kernel did not take them. */
    public synchronized void flush() {
        if (!closed && out.length() > 0) {
            int sent = send();
            unsent = sent < 0;
        }
    }

    /** All of what waits, or nothing of it. */
    private synchronized int send() {
        int result = socket.send(out.length());
        if (result < 0) {
            refused.increment();
        } else {
            out.reset();
        }
        return result;
    }

    /** Room for what one send carries, as far as the kernel allows, for tests. */
    void sendBuffer(int bytes) {
        socket.sendBuffer(bytes);
    }

    /**
     * Lets everything that waits go on, and everything that comes from now on pass as through a queue without room:
     * with {@code failOpen} nothing is lost, and {@link #close} finds the queue empty.
     */
    public synchronized void passAll() {
        if (!closed) {
            acceptEverything();
            makeRoom(QueueMessages.SETTING_BYTES);
            out.maxPackets(0, ++sequence);
            acceptEverything();
            flush();
        }
    }

    /** Whatever id the kernel has reached meanwhile: it compares them on the circle of 32-bit numbers. */
    private void acceptEverything() {
        verdict(true, QueueNumbers.ACCEPT, lastId + Integer.MAX_VALUE / 2);
    }

    /** Packets received. */
    public long received() {
        return received.sum();
    }

    /** Messages that were lost before they could be read, or that could not be understood. */
    public long unread() {
        return unread.sum();
    }

    /** Verdicts and settings that the kernel refused, for instance for a packet that does not wait any more. */
    public long refused() {
        return refused.sum();
    }

    /** Gives the queue back; the kernel drops what still waits in it. Not while another thread receives. */
    @Override
    public synchronized void close() {
        if (!closed) {
            makeRoom(QueueMessages.SETTING_BYTES);
            out.unbind(++sequence);
            send();
            closed = true;
            socket.close();
        }
    }
}
