package org.conntwin.tracker.userspace.packet;

/** Sends IP packets that the node makes itself; they are not queued to it again. */
public interface PacketSender {
    /**
     * Sends one packet, whose checksums are right. Does not keep the bytes.
     *
     * @param start index of the IP header
     * @param length bytes of the packet
     * @return false when it could not be sent; the caller goes on as if the network had lost it
     */
    boolean send(byte[] bytes, int start, int length);
}
