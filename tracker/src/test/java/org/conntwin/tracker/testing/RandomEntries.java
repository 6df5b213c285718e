package org.conntwin.tracker.testing;

import java.util.List;
import java.util.Random;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.TcpWindows;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/** Entries and expectations of every shape that a kernel's table can hold; the same ones for the same seed. */
public final class RandomEntries {
    private static final int[] PROTOCOLS = {
        Protocol.TCP,
        Protocol.UDP,
        Protocol.ICMP,
        Protocol.ICMPV6,
        Protocol.SCTP,
        Protocol.GRE,
        Protocol.UDPLITE,
        99,
        0,
        255
    };
    private static final int[] TYPES = {8, 13, 15, 17};
    private static final int[] TYPES_V6 = {128, 139};

    private static final List<Zone.Scope> SCOPES = List.of(Zone.Scope.values());

    private final Random random;

    /** With the seed that makes a failure repeatable. */
    public RandomEntries(long seed) {
        random = new Random(seed);
    }

    /** A tuple of any protocol and family. */
    public Tuple tuple() {
        int protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        boolean six = protocol == Protocol.ICMPV6 || (protocol != Protocol.ICMP && random.nextInt(3) == 0);
        return tuple(six ? Family.IPV6 : Family.IPV4, protocol);
    }

    /** A tuple of this protocol and family. */
    public Tuple tuple(Family family, int protocol) {
        boolean six = family == Family.IPV6;
        int source = 0;
        int destination = 0;
        if (Protocol.isIcmp(protocol)) {
            source = port();
            int type = protocol == Protocol.ICMP
                    ? TYPES[random.nextInt(TYPES.length)]
                    : TYPES_V6[random.nextInt(TYPES_V6.length)];
            destination = type << 8;
        } else if (Protocol.hasPorts(protocol) || protocol == Protocol.GRE) {
            source = port();
            destination = port();
        }
        return new Tuple(
                family,
                protocol,
                six ? group() : 0,
                six ? group() : Integer.toUnsignedLong(random.nextInt()),
                six ? group() : 0,
                six ? group() : Integer.toUnsignedLong(random.nextInt()),
                source,
                destination);
    }

    /** Half of an IPv6 address, often with runs of zeros. */
    private long group() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextLong() & 0xffff_0000_0000_ffffL;
            case 2 -> random.nextInt(0x1_0000);
            default -> random.nextLong();
        };
    }

    private int port() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> 0xffff;
            default -> random.nextInt(0x1_0000);
        };
    }

    /** An entry; a third of them is translated, with the bits that say so. */
    public Conntrack entry() {
        ConntrackBuilder out = new ConntrackBuilder();
        Tuple original = tuple();
        out.original = original;
        out.reply = original.inverted();
        out.status = Status.CONFIRMED | random.nextInt(4) * Status.SEEN_REPLY;
        if (random.nextInt(3) == 0) {
            translate(out, original);
        }
        out.timeoutSeconds = random.nextInt(4) == 0 ? 0 : random.nextInt(432_001);
        out.state = state(original.protocol());
        out.mark = random.nextBoolean() ? 0 : random.nextInt();
        out.zone = zone();
        out.helper =
                random.nextInt(3) == 0 ? List.of("ftp", "sip", "netbios-ns").get(random.nextInt(3)) : null;
        out.labels = random.nextInt(3) == 0 ? labels() : null;
        if (random.nextInt(4) == 0) {
            out.master = tuple(original.family(), Protocol.TCP);
            out.status |= Status.EXPECTED;
        }
        out.originalAdjustment = adjustment();
        out.replyAdjustment = adjustment();
        out.synProxy = random.nextInt(5) == 0
                ? new SynProxyOffsets(random.nextInt() | 1, random.nextInt(), random.nextInt())
                : null;
        Conntrack built = out.build();
        if (built == null) {
            throw new IllegalStateException("an entry without a tuple");
        }
        return built;
    }

    /** A TCP entry as a userspace table tells it; sides and last segments are missing now and then. */
    public Conntrack entryWithWindows() {
        ConntrackBuilder out = ConntrackBuilder.from(entry());
        Tuple original = tuple(random.nextBoolean() ? Family.IPV4 : Family.IPV6, Protocol.TCP);
        out.original = original;
        out.reply = original.inverted();
        TcpWindows windows = new TcpWindows(side(), side(), lastSegment());
        out.state = new TcpState(
                random.nextInt(10),
                random.nextInt(15),
                random.nextInt(15),
                random.nextInt(0x40),
                random.nextInt(0x40),
                windows);
        Conntrack built = out.build();
        if (built == null) {
            throw new IllegalStateException("an entry without a tuple");
        }
        return built;
    }

    private TcpWindows.Side side() {
        return random.nextInt(4) == 0
                ? new TcpWindows.Side(0, 0, 0, 0)
                : new TcpWindows.Side(random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt());
    }

    private TcpWindows.Last lastSegment() {
        return random.nextInt(4) == 0
                ? new TcpWindows.Last(0, 0, 0, 0, 0, 0, 0, 0, 0)
                : new TcpWindows.Last(
                        random.nextInt(2),
                        random.nextInt(6),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(),
                        random.nextInt(0x1_0000),
                        random.nextInt(15),
                        random.nextInt(0x100),
                        random.nextInt(0x100));
    }

    private void translate(ConntrackBuilder out, Tuple original) {
        Tuple plain = original.inverted();
        Tuple other = tuple(original.family(), original.protocol());
        boolean source = random.nextBoolean();
        boolean icmp = Protocol.isIcmp(original.protocol());
        out.status |= (source ? Status.SRC_NAT : Status.DST_NAT) | Status.SRC_NAT_DONE | Status.DST_NAT_DONE;
        out.reply = source
                ? new Tuple(
                        plain.family(),
                        plain.protocol(),
                        plain.sourceHigh(),
                        plain.sourceLow(),
                        other.destinationHigh(),
                        other.destinationLow() ^ 1,
                        icmp ? other.sourceKey() : plain.sourceKey(),
                        icmp ? plain.destinationKey() : other.destinationKey())
                : new Tuple(
                        plain.family(),
                        plain.protocol(),
                        other.sourceHigh(),
                        other.sourceLow() ^ 1,
                        plain.destinationHigh(),
                        plain.destinationLow(),
                        icmp ? plain.sourceKey() : other.sourceKey(),
                        plain.destinationKey());
    }

    private @Nullable ProtocolState state(int protocol) {
        return switch (protocol) {
            case Protocol.TCP ->
                new TcpState(
                        random.nextInt(10),
                        random.nextInt(15),
                        random.nextInt(15),
                        random.nextInt(0x40),
                        random.nextInt(0x40));
            case Protocol.SCTP -> new SctpState(random.nextInt(9), random.nextInt(), random.nextInt());
            default -> null;
        };
    }

    private Zone zone() {
        Zone.Scope scope = SCOPES.get(random.nextInt(SCOPES.size()));
        return random.nextBoolean() ? Zone.DEFAULT : Zone.of(1 + random.nextInt(0xffff), scope);
    }

    private Labels labels() {
        Labels labels = Labels.NONE.with(random.nextInt(128));
        return random.nextBoolean() ? labels : labels.with(random.nextInt(128)).with(random.nextInt(128));
    }

    private @Nullable SequenceAdjustment adjustment() {
        return random.nextInt(4) == 0
                ? new SequenceAdjustment(random.nextInt() | 1, random.nextInt(), random.nextInt())
                : null;
    }

    /** An expectation; some are permanent, some translated. */
    public Expectation expectation() {
        Family family = random.nextBoolean() ? Family.IPV4 : Family.IPV6;
        int protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
        boolean six = family == Family.IPV6;
        Tuple mask = new Tuple(
                family,
                protocol,
                six ? -1 : 0,
                six ? -1 : 0xffff_ffffL,
                six ? -1 : 0,
                six ? -1 : 0xffff_ffffL,
                0,
                0xffff);
        return new Expectation(
                tuple(family, protocol),
                mask,
                tuple(family, Protocol.TCP),
                random.nextInt(3) == 0 ? Zone.of(random.nextInt(0x1_0000), Zone.Scope.BOTH) : Zone.DEFAULT,
                random.nextInt(4) == 0 ? 0 : random.nextInt(100_000),
                random.nextInt(4),
                random.nextInt(4),
                random.nextBoolean() ? "ftp" : null,
                random.nextInt(3) == 0 ? "nat-follow-master" : null,
                random.nextInt(3) == 0 ? new Expectation.Nat(tuple(family, protocol), random.nextBoolean()) : null,
                0);
    }
}
