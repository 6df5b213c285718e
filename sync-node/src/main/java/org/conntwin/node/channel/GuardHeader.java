package org.conntwin.node.channel;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;
import org.jgroups.Header;
import org.jgroups.conf.ClassConfigurator;

/** {@link NameGuard}'s question to a process whether it lives, and the answer. */
public final class GuardHeader extends Header {
    private static final short MAGIC = 7_602;

    static {
        ClassConfigurator.addIfAbsent(MAGIC, GuardHeader.class);
    }

    private boolean answer;

    /** For JGroups, which fills it with {@link #readFrom}. */
    public GuardHeader() {}

    GuardHeader(boolean answer) {
        this.answer = answer;
    }

    /** Makes JGroups able to read headers of this kind; a call before the first stack is built. */
    static void register() {
        // the static initialiser did it
    }

    boolean answer() {
        return answer;
    }

    @Override
    public short getMagicId() {
        return MAGIC;
    }

    @Override
    public Supplier<? extends Header> create() {
        return GuardHeader::new;
    }

    @Override
    public int serializedSize() {
        return 1;
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.writeBoolean(answer);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        answer = in.readBoolean();
    }
}
