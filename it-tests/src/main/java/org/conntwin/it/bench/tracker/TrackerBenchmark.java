package org.conntwin.it.bench.tracker;

import java.util.concurrent.TimeUnit;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.conntwin.tracker.userspace.track.EventSink;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Packets a second on one core, from the bytes of the packet to the verdict: headers read, checksums verified, tracked,
 * confirmed, events made.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xms4g",
            "-Xmx4g",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseParallelGC",
            "-XX:+UseTransparentHugePages"
        })
public class TrackerBenchmark {
    /** What every benchmark needs to read and track a packet. */
    public static class Path {
        private final PacketReader reader = new PacketReader(true);
        private final Packet packet = new Packet();
        private final Tracking tracking = new Tracking();
        final Tracker tracker = new Tracker(Settings.forFlows(1 << 20), new Counting());
        long now = 1_000_000_000L;

        PacketState track(byte[] frame) {
            reader.read(frame, 0, frame.length, frame.length, packet);
            tracker.arrive(packet, 0, now, tracking);
            tracker.leave(tracking, now);
            return tracking.state;
        }
    }

    /** Hears events and does nothing else with them. */
    static final class Counting implements EventSink {
        private long heard;

        @Override
        public void conntrack(EventKind kind, Conntrack entry, long time) {
            heard++;
        }

        @Override
        public void expectation(EventKind kind, Expectation expectation, long time) {
            heard++;
        }

        @Override
        public String toString() {
            return heard + " events";
        }
    }

    /** Established TCP connections and the packets of a short exchange on each. */
    @State(Scope.Thread)
    public static class Established extends Path {
        private static final int EXCHANGE = 4;

        /** Flows that the packets belong to by turns. */
        @Param({"1000", "100000"})
        public int flows;

        private byte[][] frames = {};
        private int next;

        /** Opens the connections. */
        @Setup
        public void open() {
            frames = new byte[flows * EXCHANGE][];
            for (int i = 0; i < flows; i++) {
                track(Frames.tcp(i, true, Frames.SYN, 1000, 0, 0));
                track(Frames.tcp(i, false, Frames.SYN | Frames.ACK, 5000, 1001, 0));
                track(Frames.tcp(i, true, Frames.ACK, 1001, 5001, 0));
                byte[][] exchange = {
                    Frames.tcp(i, true, Frames.ACK, 1001, 5001, 100),
                    Frames.tcp(i, false, Frames.ACK, 5001, 1101, 0),
                    Frames.tcp(i, false, Frames.ACK, 5001, 1101, 100),
                    Frames.tcp(i, true, Frames.ACK, 1101, 5101, 0),
                };
                for (int step = 0; step < EXCHANGE; step++) {
                    frames[step * flows + i] = exchange[step];
                }
            }
            for (byte[] frame : frames) {
                if (track(frame) != PacketState.ESTABLISHED) {
                    throw new IllegalStateException("a packet of the benchmark is not of an established flow");
                }
            }
        }

        byte[] frame() {
            byte[] frame = frames[next];
            next = next + 1 == frames.length ? 0 : next + 1;
            now += 100;
            return frame;
        }
    }

    /** First packets, one behind the other in one buffer; each flow ends before its turn comes again. */
    @State(Scope.Thread)
    public static class Beginning extends Path {
        private static final long LIFETIME = 121_000_000_000L;

        /** What the flows begin with. */
        @Param({"tcp", "udp"})
        public String protocol = "";

        /** Flows that are alive at once: the kernel's usual limit, and four times that. */
        @Param({"262144", "1048576"})
        public int alive;

        private byte[] frame = {};
        private long tick;
        private int next;

        /** Fills the table. */
        @Setup
        public void prepare() {
            frame = protocol.equals("tcp") ? Frames.tcp(0, true, Frames.SYN, 1000, 0, 0) : Frames.udp(0, true, 20);
            tick = LIFETIME / (alive - 1);
            for (int i = 0; i < alive; i++) {
                track(frame());
            }
        }

        byte[] frame() {
            Frames.renumber(frame, next);
            next = next + 1 == alive ? 0 : next + 1;
            now += tick;
            tracker.expire(now, 4);
            return frame;
        }
    }

    /** A full table and the tuples in it, in no order. */
    @State(Scope.Thread)
    public static class Full extends Path {
        private static final int STRIDE = 514_229;

        /** Flows in the table, a power of two. */
        @Param({"16384", "262144", "1048576"})
        public int flows;

        private final TupleKey key = new TupleKey();
        private int next;

        /** Fills the table. */
        @Setup
        public void fill() {
            for (int i = 0; i < flows; i++) {
                track(Frames.udp(i, true, 0));
            }
        }

        TupleKey key() {
            next = (next + STRIDE) & (flows - 1);
            key.protocol = 17;
            key.sourceLow = 0x0a00_0000L + next / 60_000;
            key.destinationLow = 0xac10_0001L;
            key.keys = (1024 + next % 60_000) << 16 | 80;
            return key;
        }
    }

    /** A packet of an established connection. */
    @Benchmark
    public PacketState established(Established state) {
        return state.track(state.frame());
    }

    /** The first packet of a flow, and the end of an old one. */
    @Benchmark
    public PacketState begins(Beginning state) {
        return state.track(state.frame());
    }

    /** The flow of a tuple. */
    @Benchmark
    public Flow lookup(Full state) {
        Flow flow = state.tracker.table().find(state.key(), 0);
        if (flow == null) {
            throw new IllegalStateException("a flow of the benchmark is not in the table");
        }
        return flow;
    }
}
