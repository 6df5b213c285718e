package org.conntwin.it.differential.trace;

import java.util.Locale;
import org.conntwin.it.wire.Ends;
import org.conntwin.tracker.model.Family;

/** The kinds of traces. */
public enum TraceKind {
    TCP_NORMAL(0, 20, TcpNormal::write),
    TCP_RANDOM_WALK(1, 20, TcpRandomWalk::write),
    TCP_OUT_OF_SYNC(2, 10, TcpOutOfSync::write),
    TCP_PICKUP(3, 10, TcpPickup::write),
    TCP_REOPEN(4, 10, TcpReopen::write),
    TCP_GRID(5, 10, TcpGrid::write),
    UDP(6, 25, UdpFlows::write),
    UDPLITE(7, 25, UdpFlows::writeLite),
    ICMP(8, 0, IcmpQueries::write),
    ICMPV6(9, 100, IcmpQueries::write),
    SCTP(10, 15, SctpAssociation::write),
    GRE(11, 15, GreFlows::write),
    UNKNOWN(12, 15, GreFlows::writeUnknown),
    FRAGMENTS(13, 0, Fragments::write),
    FRAGMENTS6(14, 100, Fragments::write),
    MIXED(15, 15, Mixed::write),
    TCP_EDGES(16, 10, TcpEdges::write),
    HEADERS(17, 0, OddHeaders::write),
    HEADERS6(18, 100, OddHeaders::write),
    SHORT_LIVES(19, 15, ShortLives::write),
    TFTP(20, 30, SmallHelpers::tftp),
    SANE(21, 30, SmallHelpers::sane),
    IRC(22, 0, SmallHelpers::irc),
    AMANDA(23, 30, SmallHelpers::amanda),
    SIP(24, 30, SipTalk::udp),
    SIP_TCP(25, 30, SipTalk::tcp),
    PPTP(26, 0, PptpTalk::write);

    /** Seeds of one kind whose addresses differ. */
    public static final int SEEDS = 1 << 17;

    private final int number;
    private final int sixPercent;

    @SuppressWarnings("ImmutableEnumChecker") // a method without state
    private final Writer writer;

    /** How a kind writes its packets. */
    private interface Writer {
        void write(TraceBuilder trace, Dice dice);
    }

    /**
     * A kind.
     *
     * @param number part of its addresses, 0 to 31
     * @param sixPercent how many of a hundred traces are of IPv6
     */
    TraceKind(int number, int sixPercent, Writer writer) {
        this.number = number;
        this.sixPercent = sixPercent;
        this.writer = writer;
    }

    /** Its name in those of traces. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The trace of a seed, named {@code kind-seed}.
     *
     * @param seed traces run beside each other must differ modulo {@link #SEEDS}
     */
    public Trace trace(int seed) {
        Dice dice = new Dice((long) number << 32 | Integer.toUnsignedLong(seed));
        Family family = dice.percent(sixPercent) ? Family.IPV6 : Family.IPV4;
        int pair = number << 17 | Math.floorMod(seed, SEEDS);
        TraceBuilder trace = new TraceBuilder(Ends.of(family, pair));
        writer.write(trace, dice);
        return trace.build(String.format(Locale.ROOT, "%s-%06d", text(), seed));
    }
}
