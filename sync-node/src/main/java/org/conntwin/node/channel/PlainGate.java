package org.conntwin.node.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * The gate of a cluster without a key: keeps garbage and other clusters' frames out, but no attacker.
 *
 * <pre>
 *  0                4                     12          16
 *  +----------------+---------------------+-----------+---------
 *  | 'ct' version 0 | hash of the cluster | CRC-32C   | content
 *  +----------------+---------------------+-----------+---------
 * </pre>
 *
 * The checksum covers the content.
 */
final class PlainGate implements Gate {
    private static final int HEADER_BYTES = 16;

    private final long cluster;
    private final Drops drops;

    PlainGate(String cluster, Drops drops) {
        this.cluster = hash(cluster);
        this.drops = drops;
    }

    private static long hash(String cluster) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(cluster.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public int overheadBytes() {
        return HEADER_BYTES;
    }

    @Override
    public int wrap(byte[] content, int offset, int length, byte[] frame) {
        Objects.checkFromIndexSize(HEADER_BYTES, length, frame.length);
        ByteBuffer.wrap(frame)
                .put(MAGIC_0)
                .put(MAGIC_1)
                .put(FRAME_VERSION)
                .put(KIND_PLAIN)
                .putLong(cluster)
                .putInt(checksum(content, offset, length));
        System.arraycopy(content, offset, frame, HEADER_BYTES, length);
        return HEADER_BYTES + length;
    }

    private static int checksum(byte[] content, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, offset, length);
        return (int) crc.getValue();
    }

    @Override
    public Outcome arrived(byte[] frame, int offset, int length, Peer peer, Inlet inlet) {
        if (length > MAX_FRAME_BYTES) {
            return drop(DropCause.OVERSIZED, peer);
        }
        if (length < 4) {
            return drop(DropCause.TRUNCATED, peer);
        }
        if (frame[offset] != MAGIC_0 || frame[offset + 1] != MAGIC_1) {
            return drop(DropCause.NOT_SEALED, peer);
        }
        if (frame[offset + 2] != FRAME_VERSION) {
            return drop(DropCause.VERSION, peer);
        }
        if (frame[offset + 3] != KIND_PLAIN) {
            return drop(DropCause.SEALED, peer);
        }
        if (length < HEADER_BYTES) {
            return drop(DropCause.TRUNCATED, peer);
        }
        ByteBuffer header = ByteBuffer.wrap(frame, offset + 4, HEADER_BYTES - 4);
        if (header.getLong() != cluster) {
            return drop(DropCause.FOREIGN_CLUSTER, peer);
        }
        int content = offset + HEADER_BYTES;
        if (header.getInt() != checksum(frame, content, length - HEADER_BYTES)) {
            return drop(DropCause.CORRUPT, peer);
        }
        inlet.deliver(frame, content, length - HEADER_BYTES);
        return Outcome.ACCEPTED;
    }

    private Outcome drop(DropCause cause, Peer peer) {
        drops.count(cause, peer);
        return Outcome.DROPPED;
    }
}
