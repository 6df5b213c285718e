package org.conntwin.tracker.userspace.packet;

import org.conntwin.tracker.model.Family;

/**
 * Makes datagrams whole before they are tracked, as {@code nf_defrag_ipv4} and {@code nf_defrag_ipv6} do: the same parts
 * are taken, passed on and dropped, a datagram waits as long, and while more than 4 MiB wait every fragment is refused.
 * Not thread-safe.
 */
public final class Defragmenter {
    /** Seconds that an IPv4 datagram waits for its parts ({@code ipfrag_time}). */
    public static final int IPV4_SECONDS = 30;
    /** Seconds that an IPv6 datagram waits ({@code nf_conntrack_frag6_timeout}). */
    public static final int IPV6_SECONDS = 60;

    private final PacketReader reader;
    private final DefragmenterCounters counters = new DefragmenterCounters();
    private final FragmentStore ipv4Store;
    private final FragmentStore ipv6Store;
    private final Ipv4Fragments ipv4;
    private final Ipv6Fragments ipv6;
    private final Reassembly reassembly = new Reassembly();

    /** Hears of parts that are lost. */
    public interface GivenUp {
        /** The part that was added under this number will not become a packet; it may be one that is being dropped. */
        void lost(long record);
    }

    /** What becomes of a fragment. */
    public enum Fate {
        /** It waits for the rest of its datagram. */
        WAITS,
        /** It was the last that missed: the packet now holds the whole datagram, {@link #records} its parts. */
        WHOLE,
        /** It is no part that could wait; the packet itself goes on as it is. */
        PASSES,
        /** It is dropped, now. */
        DROPPED
    }

    /**
     * Starts with nothing waiting.
     *
     * @param reader has read each packet that is added
     */
    public Defragmenter(PacketReader reader, GivenUp givenUp) {
        this.reader = reader;
        ipv4Store = new FragmentStore(IPV4_SECONDS, counters, givenUp);
        ipv6Store = new FragmentStore(IPV6_SECONDS, counters, givenUp);
        ipv4 = new Ipv4Fragments(ipv4Store);
        ipv6 = new Ipv6Fragments(ipv6Store, reader);
    }

    /** Counters since the start. */
    public DefragmenterCounters counters() {
        return counters;
    }

    /**
     * Takes a packet that its reader has just found to be a fragment. After {@link Fate#WHOLE} and {@link Fate#PASSES}
     * the packet's transport header is to be found with {@link PacketReader#unfragmented}.
     *
     * @param now the tracker's nanoseconds
     * @param record a number by which the caller knows the packet
     */
    public Fate add(Packet packet, long now, long record) {
        Fate fate = packet.key.family == Family.IPV4
                ? ipv4.add(packet, reader.fragment, now, record, reassembly)
                : ipv6.add(packet, reader.fragment, now, record, reassembly);
        if (fate == Fate.WHOLE) {
            counters.whole++;
        }
        return fate;
    }

    /** The numbers of all parts of the last whole datagram, in the order in which they came. */
    public long[] records() {
        return reassembly.records().clone();
    }

    /** Gives up the datagrams whose time is over. */
    public void expire(long now) {
        ipv4Store.expire(now);
        ipv6Store.expire(now);
    }

    /** Gives up all that wait. */
    public void giveUpAll() {
        ipv4Store.giveUpAll();
        ipv6Store.giveUpAll();
    }
}
