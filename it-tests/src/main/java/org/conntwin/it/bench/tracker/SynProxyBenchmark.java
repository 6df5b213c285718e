package org.conntwin.it.bench.tracker;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.synproxy.SynProxy;
import org.conntwin.tracker.userspace.synproxy.SynProxyRule;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.Tracking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * SYNs a second on one core, from the bytes of the SYN to the bytes of the SYN/ACK: headers read, checksums verified,
 * cookie made, answer written with its checksums. And ACKs with wrong cookies, to their drop.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseCompactObjectHeaders", "-XX:+UseParallelGC"})
public class SynProxyBenchmark {
    /** Segments of many clients, one behind the other in one buffer. */
    @State(Scope.Thread)
    public static class Flood {
        private static final int CLIENTS = 1 << 20;
        private static final int IP = 20;
        private static final byte[] OPTIONS = {2, 4, 5, (byte) 0xb4, 4, 2, 8, 10, 0, 0, 0, 111, 0, 0, 0, 0, 1, 3, 3, 8};

        private final PacketReader reader = new PacketReader(true);
        private final Packet packet = new Packet();
        private final Tracking tracking = new Tracking();
        private final Tracker tracker = new Tracker(Settings.forFlows(1 << 16), new TrackerBenchmark.Counting());
        private byte[] answer = {};
        private int answerLength;
        private SynProxy proxy = proxy();
        private byte[] syn = {};
        private byte[] ack = {};
        private int next;
        private long now = 1_790_000_000_000_000_000L;

        private SynProxy proxy() {
            SynProxyRule rule =
                    new SynProxyRule(Family.IPV4, 0, 0xac10_0001L, 32, 80, 1460, 7, true, true, false, false);
            SynProxySettings settings = new SynProxySettings(List.of(rule), CookieSecret.random());
            return new SynProxy(settings, true, tracker, tracker::leave, (bytes, start, length) -> {
                answer = bytes;
                answerLength = length;
                return true;
            });
        }

        /** Makes both segments and looks whether a cookie brings a connection. */
        @Setup
        public void prepare() {
            syn = Frames.tcp(0, true, Frames.SYN, 1000, 0, OPTIONS);
            ack = Frames.tcp(0, true, Frames.ACK, 1001, 77, 0);
            pass(syn);
            byte[] proof = Frames.tcp(
                    0, true, Frames.ACK, 1001, ByteBuffer.wrap(answer).getInt(IP + 4) + 1, 0);
            pass(proof);
            if (tracker.table().count() != 1) {
                throw new IllegalStateException("the cookie of the benchmark is not accepted");
            }
        }

        private void pass(byte[] frame) {
            now += 300;
            reader.read(frame, 0, frame.length, frame.length, packet);
            proxy.arrive(packet, 0, now, tracking);
        }

        int pass(byte[] frame, boolean answered) {
            next = next + 1 & CLIENTS - 1;
            Frames.renumber(frame, 1 + next);
            pass(frame);
            if (!tracking.dropped) {
                throw new IllegalStateException("a segment of the benchmark got through");
            }
            return answered ? answer[answerLength - 1] : next;
        }
    }

    /** A SYN, answered with a cookie. */
    @Benchmark
    public int syn(Flood state) {
        return state.pass(state.syn, true);
    }

    /** An ACK without a cookie. */
    @Benchmark
    public int wrongAck(Flood state) {
        return state.pass(state.ack, false);
    }
}
