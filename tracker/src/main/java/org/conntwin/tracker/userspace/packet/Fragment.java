package org.conntwin.tracker.userspace.packet;

/**
 * Which part of which datagram a packet is, beside what its {@link Packet} says. Filled again for every fragment. Not
 * thread-safe.
 */
public final class Fragment {
    /** The datagram's identification: 16 bits in IPv4, 32 in IPv6. */
    public int identification;
    /** Place of the first byte within the datagram's data, a multiple of 8, 0 to 65528. */
    public int offset;
    /** Whether further parts follow this one. */
    public boolean more;
    /** Index of the part's first byte of data in {@link Packet#bytes}. */
    public int data;
    /** IPv6: index of the fragment header; IPv4: index of the IP header. */
    public int header;
    /** IPv6: index of the byte that says that a fragment header follows; of no use in IPv4. */
    public int nextHeader;

    /** IPv6: whether the packet ends within the fragment header; all but where it begins is then not known. */
    public boolean cut;

    /** Starts as all zeros. */
    public Fragment() {}
}
