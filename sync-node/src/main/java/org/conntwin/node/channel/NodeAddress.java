package org.conntwin.node.channel;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.util.UUID;

/**
 * A member's address that carries the node's name, so that no look-up can fail to know who a message is from. Two
 * processes of one name have different addresses.
 *
 * <p>On the wire: 16 bytes of identity, one byte for the length of the name, the name in UTF-8.
 */
public final class NodeAddress extends UUID {
    private static final short MAGIC = 7_601;
    static final int MAX_NAME_BYTES = 64;

    static {
        ClassConfigurator.addIfAbsent(MAGIC, NodeAddress.class);
    }

    private byte[] name = new byte[0];
    private String text = "";

    /** For JGroups, which fills it with {@link #readFrom}. */
    public NodeAddress() {}

    private NodeAddress(long high, long low, String node) {
        super(high, low);
        this.name = node.getBytes(StandardCharsets.UTF_8);
        this.text = node;
    }

    /**
     * A new process of that name. Newer addresses sort after older ones (the first 47 bits are the time of day): when a
     * newcomer meets members that have just lost their coordinator, the least address takes over, and that should be
     * one of them. Clocks that disagree cost a merge, nothing else.
     */
    static NodeAddress startingAt(long epochMillis, String node) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (epochMillis << 16 | random.nextInt(1 << 16)) & Long.MAX_VALUE;
        return new NodeAddress(high, random.nextLong(), node);
    }

    /** Makes JGroups able to read addresses of this kind; a call before the first stack is built. */
    static void register() {
        // the static initialiser did it
    }

    /** The node's name. */
    String node() {
        return text;
    }

    @Override
    public Supplier<? extends UUID> create() {
        return NodeAddress::new;
    }

    @Override
    public int serializedSize() {
        return super.serializedSize() + 1 + name.length;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        super.writeTo(out);
        out.writeByte(name.length);
        out.write(name);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        super.readFrom(in);
        int length = in.readUnsignedByte();
        if (length == 0 || length > MAX_NAME_BYTES) {
            throw new IOException("a node name of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        name = bytes;
        text = new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return text;
    }

    /** Identity alone decides, as for every JGroups address; the name is a label. */
    @Override
    public boolean equals(Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
