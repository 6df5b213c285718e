package org.conntwin.node.fake;

import java.util.Random;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.ExpectationCodec;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.jspecify.annotations.Nullable;

/** Entries by number: the same number is the same key, whatever else differs. */
public final class Flows {
    private static final String[] HELPERS = {"ftp", "sip", "netbios-ns", "a-helper-with-a-name-of-some-length"};

    private Flows() {}

    /** A key: protocols by turns, IPv6 now and then. */
    public static Tuple tuple(int number) {
        int protocol = number % 3 == 0 ? Protocol.UDP : Protocol.TCP;
        int port = 1024 + number % 60_000;
        if (number % 7 == 0) {
            return new Tuple(
                    Family.IPV6,
                    protocol,
                    0x2001_0db8_0000_0000L,
                    1 + number / 60_000,
                    0x2001_0db8_0000_0001L,
                    2,
                    port,
                    443);
        }
        return Tuple.ipv4(protocol, 0x0a000000 + number / 60_000, 0x0a010002, port, 80);
    }

    /** An established flow, nothing special about it. */
    public static Conntrack flow(int number) {
        return flow(number, 0);
    }

    /** The same flow with a mark. */
    public static Conntrack flow(int number, int mark) {
        ConntrackBuilder entry = builder(number);
        entry.mark = mark;
        return built(entry);
    }

    /** A builder of {@link #flow(int)}. */
    public static ConntrackBuilder builder(int number) {
        ConntrackBuilder entry = new ConntrackBuilder();
        Tuple tuple = tuple(number);
        entry.original = tuple;
        entry.reply = tuple.inverted();
        entry.status = Status.CONFIRMED | Status.SEEN_REPLY | Status.ASSURED;
        entry.timeoutSeconds = 120;
        if (tuple.protocol() == Protocol.TCP) {
            entry.state = new TcpState(TcpState.ESTABLISHED, 7, 7, 1, 1);
        }
        return entry;
    }

    /** The flow with the parts that change its length drawn by {@code random}. */
    public static Conntrack anyState(int number, Random random) {
        ConntrackBuilder entry = builder(number);
        entry.timeoutSeconds = random.nextInt(500);
        entry.mark = random.nextInt(4) == 0 ? random.nextInt() : 0;
        if (random.nextInt(3) == 0) {
            entry.helper = HELPERS[random.nextInt(HELPERS.length)];
        }
        if (random.nextInt(4) == 0) {
            entry.labels = new Labels(random.nextLong(), random.nextLong());
        }
        if (random.nextInt(5) == 0) {
            entry.master = tuple(number + 1_000_000);
        }
        return built(entry);
    }

    /** An expectation by number. */
    public static Expectation expectation(int number) {
        return expectation(number, 0, "ftp");
    }

    /** An expectation by number, with what does not belong to its key. */
    public static Expectation expectation(int number, int flags, @Nullable String helper) {
        return new Expectation(
                Tuple.ipv4(Protocol.TCP, 0x0a010002, 0x0a000001, 0, 2000 + number % 60_000),
                Tuple.ipv4(Protocol.TCP, -1, -1, 0, 0xffff),
                Tuple.ipv4(Protocol.TCP, 0x0a000001, 0x0a010002, 1024 + number % 60_000, 21),
                Zone.DEFAULT,
                300,
                0,
                flags,
                helper,
                null,
                null,
                0);
    }

    /** What was collected; the builder must have its tuples. */
    public static Conntrack built(ConntrackBuilder entry) {
        Conntrack built = entry.build();
        if (built == null) {
            throw new AssertionError("an entry without its tuple");
        }
        return built;
    }

    /** The entry as it travels. */
    public static byte[] record(Conntrack entry) {
        WireBuffer out = new WireBuffer(256);
        EntryCodec.encode(entry, out);
        return out.copy();
    }

    /** The entry's key as it travels. */
    public static byte[] key(Conntrack entry) {
        WireBuffer out = new WireBuffer(256);
        EntryCodec.encodeKey(entry, out);
        return out.copy();
    }

    /** The expectation as it travels. */
    public static byte[] record(Expectation expectation) {
        WireBuffer out = new WireBuffer(256);
        ExpectationCodec.encode(expectation, out);
        return out.copy();
    }

    /** The expectation's key as it travels. */
    public static byte[] key(Expectation expectation) {
        WireBuffer out = new WireBuffer(256);
        ExpectationCodec.encodeKey(expectation, out);
        return out.copy();
    }
}
