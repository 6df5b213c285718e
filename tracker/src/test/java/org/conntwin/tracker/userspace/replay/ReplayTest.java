package org.conntwin.tracker.userspace.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.tracker.testing.CaptureBytes;
import org.conntwin.tracker.testing.Fragments;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.TestPacket;
import org.conntwin.tracker.userspace.capture.CaptureReader;
import org.conntwin.tracker.userspace.replay.ReplayOptions.Show;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.Test;

final class ReplayTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ETHERNET = 1;
    private static final int RAW = 101;
    private static final String A = "10.1.0.2";
    private static final String B = "10.2.0.2";
    private static final String TUPLES = "src=10.1.0.2 dst=10.2.0.2 sport=1000 dport=53 [UNREPLIED]"
            + " src=10.2.0.2 dst=10.1.0.2 sport=53 dport=1000";

    private final List<String> warnings = new ArrayList<>();
    private boolean whole;

    @Test
    void printsTheEndOfAnEntryAtItsTimeBeforeTheNextPacket() {
        byte[] capture = CaptureBytes.pcap(RAW)
                .record(100 * SECOND + 7_000, udp(1000))
                .record(200 * SECOND, udp(2000))
                .bytes();
        assertThat(replay(Show.EVENTS, capture))
                .containsExactly(
                        "[100.000007]\t    [NEW] udp      17 30 " + TUPLES,
                        "[130.000007]\t[DESTROY] udp      17 " + TUPLES,
                        "[200.000000]\t    [NEW] udp      17 30 " + TUPLES.replace("1000", "2000"));
        assertThat(replay(Show.TABLE, capture))
                .containsExactly("udp      17 30 " + TUPLES.replace("1000", "2000") + " mark=0");
        assertThat(warnings).isEmpty();
    }

    @Test
    void tellsWhereChecksumsWereLeftToTheNetworkCard() {
        byte[] wrong = udp(1000);
        wrong[27] ^= 1;
        CaptureBytes capture = CaptureBytes.pcap(RAW);
        for (int i = 0; i < 4; i++) {
            capture.record(SECOND, udp(2000)).record(SECOND, wrong);
        }
        assertThat(replay(Show.PACKETS, capture.bytes())).contains("#2 ACCEPT INVALID -", "#3 ACCEPT NEW original");
        assertThat(warnings)
                .containsExactly(
                        "capture: 4 packets have a wrong checksum and counted as INVALID; if this was captured on"
                                + " the host that sent them, use --no-checksum");
    }

    @Test
    void letsTheClockStandStillWhileTheCaptureGoesBack() {
        byte[] capture = CaptureBytes.pcap(RAW)
                .record(100 * SECOND, udp(1000))
                .record(60 * SECOND, udp(2000))
                .record(99 * SECOND, udp(2000))
                .record(130 * SECOND - 1000, udp(3000))
                .bytes();
        assertThat(replay(Show.EVENTS, capture))
                .extracting(line -> line.substring(0, line.indexOf(" udp")))
                .containsExactly("[100.000000]\t    [NEW]", "[100.000000]\t    [NEW]", "[129.999999]\t    [NEW]");
        assertThat(warnings).containsExactly("capture: time goes backwards, at 2 records; the clock stood still there");
    }

    @Test
    void takesPacketsThatWereCutAsInvalidAndCountsThem() {
        byte[] whole = udp(1000);
        byte[] capture = CaptureBytes.pcap(RAW)
                .record(SECOND, Arrays.copyOf(whole, 40), whole.length)
                .record(SECOND, whole)
                .record(SECOND, Arrays.copyOf(whole, 4), whole.length)
                .record(SECOND, Arrays.copyOf(whole, 40))
                .bytes();
        assertThat(replay(Show.PACKETS, capture))
                .containsExactly(
                        "#1 ACCEPT INVALID -", "#2 ACCEPT NEW original", "#3 ACCEPT INVALID -", "#4 ACCEPT INVALID -");
        assertThat(warnings)
                .containsExactly("capture: 2 packets were cut by the snap length and taken as INVALID;"
                        + " capture whole packets (tcpdump -s 0)");
    }

    @Test
    void passesWhatIsNotIp() {
        byte[] frame = new byte[60];
        frame[12] = 8;
        frame[13] = 6;
        byte[] capture = CaptureBytes.pcap(ETHERNET).record(SECOND, frame).bytes();
        assertThat(replay(Show.PACKETS, capture)).containsExactly("#1 ACCEPT UNTRACKED -");
    }

    @Test
    void givesEveryPartOfADatagramTheLineOfTheWholeInOrder() {
        Fragments first = new Fragments(udp(1000), 1);
        Fragments never = new Fragments(udp(2000), 2);
        Fragments reply = new Fragments(Packets.udp(B, 53, A, 1000).payload(40).bytes(), 3);
        byte[] capture = CaptureBytes.pcap(RAW)
                .record(1 * SECOND, first.part(0, 16))
                .record(1 * SECOND, never.part(0, 16))
                .record(2 * SECOND, first.part(16, 48))
                .record(2 * SECOND, first.part(16, 48))
                .record(3 * SECOND, reply.part(16, 48))
                .record(4 * SECOND, udp(3000))
                .record(4 * SECOND, reply.part(0, 16))
                .record(40 * SECOND, udp(4000))
                .record(41 * SECOND, never.part(16, 48))
                .bytes();
        assertThat(replay(Show.PACKETS, capture))
                .containsExactly(
                        "#1 ACCEPT NEW original",
                        "#2 DROP UNTRACKED -",
                        "#3 ACCEPT NEW original",
                        "#4 DROP UNTRACKED -",
                        "#5 ACCEPT ESTABLISHED reply",
                        "#6 ACCEPT NEW original",
                        "#7 ACCEPT ESTABLISHED reply",
                        "#8 ACCEPT NEW original",
                        "#9 DROP UNTRACKED -");
        assertThat(replay(Show.EVENTS, capture).get(1)).startsWith("[4.000000]\t    [NEW] udp      17 30 src=10.1.0.2");
    }

    @Test
    void startsFromTheEntriesThatAreLoaded() {
        String lines = """
                # what the table held
                udp      17 25 %s mark=7

                udp      17 25 %s mark=7
                rubbish
                tcp      6 20 ESTABLISHED src=10.1.0.2 dst=10.2.0.2 sport=9 dport=80 src=10.2.0.2 dst=10.1.0.2 sport=80 dport=9 [ASSURED]
                """.formatted(TUPLES, TUPLES);
        byte[] capture = CaptureBytes.pcap(RAW)
                .record(100 * SECOND, Packets.udp(B, 53, A, 1000).bytes())
                .record(126 * SECOND, udp(2000))
                .bytes();
        List<String> events = replay(Show.EVENTS, capture, lines);
        assertThat(events)
                .startsWith(
                        "[100.000000]\t [UPDATE] udp      17 30 " + TUPLES.replace("[UNREPLIED] ", "") + " mark=7",
                        "[120.000000]\t[DESTROY] tcp      6 ESTABLISHED src=10.1.0.2 dst=10.2.0.2 sport=9 dport=80"
                                + " src=10.2.0.2 dst=10.1.0.2 sport=80 dport=9 [ASSURED]");
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0)).isEqualTo("entries:4: already in the table");
        assertThat(warnings.get(1)).startsWith("entries:5: not an entry");
    }

    @Test
    void hasTheLoadedEntriesInTheTableOfACaptureWithoutPackets() {
        assertThat(replay(Show.TABLE, CaptureBytes.pcap(RAW).bytes(), "udp      17 25 " + TUPLES + " mark=7"))
                .containsExactly("udp      17 25 " + TUPLES + " mark=7");
    }

    @Test
    void printsWhatItKnowsBeforeItWaitsForMore() throws Exception {
        byte[] capture = CaptureBytes.pcap(RAW)
                .record(SECOND, udp(1000))
                .record(2 * SECOND, udp(2000))
                .bytes();
        int first = capture.length - 16 - udp(2000).length;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        List<String> printed = new ArrayList<>();
        InputStream pipe = new InputStream() {
            private int at;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                printed.add(out.toString(StandardCharsets.UTF_8));
                int end = at < first ? first : Math.min(at + 10, capture.length);
                int count = Math.min(length, end - at);
                System.arraycopy(capture, at, target, offset, count);
                at += count;
                return count == 0 ? -1 : count;
            }
        };
        assertThat(new Replay(options(Show.PACKETS), buffered, warnings::add)
                        .run(CaptureReader.open(pipe, "pipe"), "pipe"))
                .isTrue();
        assertThat(printed.get(1)).isEqualTo("#1 ACCEPT NEW original\n");
        assertThat(printed.getLast()).isEqualTo("#1 ACCEPT NEW original\n#2 ACCEPT NEW original\n");
    }

    @Test
    void saysWhatCouldBeReadOfATruncatedCapture() {
        byte[] capture = CaptureBytes.pcap(RAW)
                .record(SECOND, udp(1000))
                .record(SECOND, udp(2000))
                .bytes();
        assertThat(replay(Show.PACKETS, Arrays.copyOf(capture, capture.length - 1)))
                .containsExactly("#1 ACCEPT NEW original");
        assertThat(whole).isFalse();
        assertThat(warnings).hasSize(1);
        assertThat(warnings.getFirst()).startsWith("capture: truncated at offset ");
    }

    @Test
    void stopsWhenNobodyReadsOn() {
        CaptureBytes capture = CaptureBytes.pcap(RAW);
        for (int i = 0; i < 5000; i++) {
            capture.record(SECOND, udp(1000 + i));
        }
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Replay replay = new Replay(options(Show.PACKETS), closed, warnings::add);
        assertThatThrownBy(() -> replay.run(open(capture.bytes()), "capture")).hasMessage("Broken pipe");
    }

    private static byte[] udp(int port) {
        TestPacket<?> packet = Packets.udp(A, port, B, 53).payload(40);
        return packet.bytes();
    }

    private static ReplayOptions options(Show show) {
        return new ReplayOptions(TrackerSettings.LINUX, show, false, true);
    }

    private static CaptureReader open(byte[] capture) {
        try {
            return CaptureReader.open(new ByteArrayInputStream(capture), "capture");
        } catch (Exception none) {
            throw new AssertionError(none);
        }
    }

    private List<String> replay(Show show, byte[] capture) {
        return replay(show, capture, "");
    }

    private List<String> replay(Show show, byte[] capture, String entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Replay replay = new Replay(options(show), out, warnings::add);
        replay.load(new ByteArrayInputStream(entries.getBytes(StandardCharsets.UTF_8)), "entries");
        try {
            whole = replay.run(open(capture), "capture");
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
