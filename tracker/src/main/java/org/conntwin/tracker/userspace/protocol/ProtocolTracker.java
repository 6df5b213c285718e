package org.conntwin.tracker.userspace.protocol;

import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowState;
import org.conntwin.tracker.userspace.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one IP protocol. Not thread-safe: guarded by the tracker's lock. No packet, however malformed, makes it
 * throw; none of its methods allocates for a packet of an established flow.
 */
public interface ProtocolTracker {
    /**
     * Looks at the packet before its flow is looked for.
     *
     * @param inner takes the packet that an {@link Admission#ERROR} speaks of, without its keys: headers and addresses,
     *     and as its length what is there of it
     */
    default Admission admit(Packet packet, Packet inner) {
        return Admission.TRACKED;
    }

    /**
     * Reads the keys of the packet into {@code packet.key.keys}.
     *
     * @return false when the header is too short to have them
     */
    boolean keys(Packet packet);

    /** Whether an answer to the packet's tuple exists; asked only of packets that would begin a flow. */
    default boolean invertible(Packet packet) {
        return true;
    }

    /**
     * Judges a packet of a flow and changes the flow: state, lifetime, status bits, pending event bits. A flow that is
     * not confirmed yet is new with this packet.
     *
     * @param direction of the packet, {@link Flow#ORIGINAL} or {@link Flow#REPLY}
     * @param now the tracker's nanoseconds
     */
    Judgement track(Flow flow, Packet packet, int direction, long now);

    /**
     * Whether two first packets of one flow may both pass when neither had left when the other arrived: the later one
     * then adopts the flow of the earlier.
     */
    default boolean allowsClash() {
        return false;
    }

    /** Whether an assured flow may make room when the table is full. */
    default boolean mayDropEarly(Flow flow) {
        return false;
    }

    /**
     * The state of a flow that comes from outside: commit, load, command.
     *
     * @param told what is known, null for nothing
     * @return null when the protocol keeps none
     */
    default @Nullable FlowState restore(@Nullable ProtocolState told) {
        return null;
    }

    /**
     * The state of a flow that is told from outside while it lives.
     *
     * @param present what is known, may be changed
     */
    default @Nullable FlowState updated(@Nullable FlowState present, ProtocolState told) {
        return restore(told);
    }

    /** The machine itself resets the connection of a flow in the table. */
    default void reset(Flow flow, long now) {}
}
