package org.conntwin.node.channel;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The one connection on which this node sends to one peer; the peer sends on its own connection to this node, so a
 * stranger who connects can never take the place of a peer. {@link #offer} never waits.
 *
 * <pre>
 *  +--------------------+-------+--------------------+-------+- -
 *  | length, four bytes | frame | length, four bytes | frame |
 *  +--------------------+-------+--------------------+-------+- -
 * </pre>
 *
 * <p>Bound: {@link #MAX_QUEUED_BYTES}; a frame that does not fit is dropped and counted, the layer above sends it again
 * if it was reliable. A frozen peer thus costs that much memory until it is no member any more.
 */
final class TcpLink implements AutoCloseable {
    static final int MAX_QUEUED_BYTES = 8 << 20;
    private static final int WRITE_BYTES = 128 << 10;
    private static final int CONNECT_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 100;

    /** What a link reports. */
    interface Owner {
        /** The peer's process ended the connection, or nothing listens there. */
        void peerGone(InetSocketAddress peer);

        /** A frame came back on the connection: an answer of the gate's. */
        void answered(TcpLink link, byte[] frame, int length);
    }

    private final InetAddress bindAddress;
    private final InetSocketAddress peer;
    private final Owner owner;
    private final Drops drops;
    private final ThreadFactory threads;
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private int queuedBytes;
    /** Frames in the batch that is being written; of the sending thread alone. */
    private int batched;

    private @Nullable Socket socket;
    private boolean closed;

    TcpLink(InetAddress bindAddress, InetSocketAddress peer, Owner owner, Drops drops, ThreadFactory threads) {
        this.bindAddress = bindAddress;
        this.peer = peer;
        this.owner = owner;
        this.drops = drops;
        this.threads = threads;
    }

    /** Starts the sending thread. */
    TcpLink start() {
        threads.newThread(this::run).start();
        return this;
    }

    /** Queues a copy of a frame, or drops it when the queue is full. Never waits. */
    void offer(byte[] frame, int offset, int length) {
        byte[] copy = new byte[Integer.BYTES + length];
        java.nio.ByteBuffer.wrap(copy).putInt(length).put(frame, offset, length);
        synchronized (queue) {
            if (queuedBytes + copy.length <= MAX_QUEUED_BYTES) {
                queue.add(copy);
                queuedBytes += copy.length;
                queue.notifyAll();
                return;
            }
        }
        drops.count(DropCause.QUEUE_FULL, "to " + peer);
    }

    /** Ends the connection and forgets what is queued; the next frame opens a new one. */
    void reset() {
        Socket open;
        synchronized (queue) {
            lost(queue.size());
            queue.clear();
            queuedBytes = 0;
            open = socket;
            socket = null;
        }
        closeQuietly(open);
    }

    @Override
    public void close() {
        synchronized (queue) {
            closed = true;
            queue.notifyAll();
        }
        reset();
    }

    private void run() {
        byte[] batch = new byte[WRITE_BYTES];
        try {
            while (true) {
                int length = next(batch);
                if (length < 0) {
                    return;
                }
                if (!write(batch, length)) {
                    lost(batched);
                    pause();
                }
            }
        } catch (InterruptedException e) {
            close();
        }
    }

    /** Waits for frames and takes as many as fit into one write; -1 when closed. */
    private int next(byte[] batch) throws InterruptedException {
        synchronized (queue) {
            while (queue.isEmpty() && !closed) {
                queue.wait();
            }
            if (closed) {
                return -1;
            }
            int length = 0;
            batched = 0;
            for (byte[] head = queue.peek();
                    head != null && length + head.length <= batch.length;
                    head = queue.peek()) {
                System.arraycopy(head, 0, batch, length, head.length);
                length += head.length;
                batched++;
                queue.remove();
            }
            queuedBytes -= length;
            return length;
        }
    }

    private void lost(int frames) {
        for (int i = 0; i < frames; i++) {
            drops.count(DropCause.UNREACHABLE, this);
        }
    }

    private boolean write(byte[] batch, int length) {
        try {
            Socket open = connected();
            OutputStream out = open.getOutputStream();
            out.write(batch, 0, length);
            return true;
        } catch (ConnectException e) {
            owner.peerGone(peer);
            return false;
        } catch (IOException e) {
            reset();
            return false;
        }
    }

    private Socket connected() throws IOException {
        synchronized (queue) {
            if (closed) {
                throw new IOException("closed");
            }
            if (socket != null) {
                return socket;
            }
        }
        Socket fresh = new Socket();
        try {
            fresh.setTcpNoDelay(true);
            fresh.bind(new InetSocketAddress(bindAddress, 0));
            fresh.connect(peer, CONNECT_MILLIS);
        } catch (IOException e) {
            closeQuietly(fresh);
            throw e;
        }
        synchronized (queue) {
            if (closed) {
                closeQuietly(fresh);
                throw new IOException("closed");
            }
            socket = fresh;
        }
        threads.newThread(() -> read(fresh)).start();
        return fresh;
    }

    /** Waits for the end of the connection, which tells that the peer's process is gone, and for answers. */
    private void read(Socket open) {
        byte[] frame = new byte[Gate.MAX_FRAME_BYTES];
        try (DataInputStream in = new DataInputStream(open.getInputStream())) {
            while (true) {
                int length = in.readInt();
                if (length < 0 || length > frame.length) {
                    drops.count(DropCause.OVERSIZED, this);
                    break;
                }
                in.readFully(frame, 0, length);
                owner.answered(this, frame, length);
            }
        } catch (IOException e) {
            // the end of the connection, by either side
        }
        boolean ours;
        synchronized (queue) {
            ours = open.equals(socket);
        }
        if (ours) {
            reset();
            owner.peerGone(peer);
        }
    }

    private void pause() throws InterruptedException {
        synchronized (queue) {
            if (!closed) {
                queue.wait(RETRY_MILLIS);
            }
        }
    }

    private static void closeQuietly(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // nothing is lost with it
            }
        }
    }

    @Override
    public String toString() {
        return "to " + peer;
    }
}
