package org.conntwin.tracker.ctnetlink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.conntwin.tracker.kernel.KernelTable;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.SynProxyOffsets;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.ConntrackTable.Echo;
import org.conntwin.tracker.table.FlushFilter;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.testing.Commands;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/**
 * Makes entries of every kind in the kernel's table, by traffic and by ctnetlink, and writes down what the kernel says
 * of each in dumps and events, beside what {@code conntrack} prints. Runs in a namespace of its own, as
 * {@link RecordedMessagesTest} does it; the argument is the file to write.
 */
public final class RecordMessages {
    static final SequenceAdjustment ADJUSTMENT = new SequenceAdjustment(0xf000_0001, 5, -6);
    static final SynProxyOffsets OFFSETS = new SynProxyOffsets(0xdead_beef, 2, -3);
    static final Labels LABELS = Labels.NONE.with(1).with(40).with(127);

    private static final List<List<String>> PREPARATIONS = List.of(
            List.of("sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1"),
            List.of("sysctl", "-qw", "net.netfilter.nf_conntrack_timestamp=1"),
            List.of("sysctl", "-qw", "net.netfilter.nf_conntrack_events=1"),
            List.of("nft", "add table inet t"),
            List.of("nft", "add chain inet t track { type filter hook output priority 0; }"),
            List.of("nft", "add rule inet t track ct state new tcp dport 9 ct label set 1"),
            List.of("nft", "add chain inet t translate { type nat hook output priority -100; }"),
            List.of("nft", "add rule inet t translate tcp dport 8080 redirect to :8081"));

    private static final List<String> KINDS = List.of(
            "tcp4 tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 [ASSURED] mark=77",
            "tcp6 tcp 6 400 TIME_WAIT src=fd00::1 dst=fd00::2 sport=1 dport=2 [ASSURED]",
            "udp4 udp 17 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 [UNREPLIED]",
            "udp6 udp 17 400 src=fd00::1 dst=fd00::2 sport=1 dport=2",
            "udplite udplite 136 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2",
            "sctp sctp 132 400 COOKIE_WAIT src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2",
            "icmp icmp 1 400 src=1.1.1.1 dst=2.2.2.2 type=8 code=0 id=4711",
            "icmpv6 icmpv6 58 400 src=fd00::1 dst=fd00::2 type=128 code=0 id=4712",
            "gre gre 47 400 src=1.1.1.1 dst=2.2.2.2 srckey=0x0 dstkey=0x77",
            "unknown4 unknown 99 400 src=1.1.1.1 dst=2.2.2.2",
            "unknown6 unknown 99 400 src=fd00::1 dst=fd00::2",
            "zone-both udp 17 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 zone=3",
            "zone-original udp 17 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 zone-orig=4",
            "zone-reply udp 17 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 zone-reply=5",
            "helper tcp 6 400 ESTABLISHED src=1.1.1.3 dst=2.2.2.2 sport=1 dport=21 helper=ftp",
            "source-nat tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=5 dport=80"
                    + " src=2.2.2.2 dst=9.9.9.9 sport=80 dport=2000",
            "both-nat udp 17 400 src=fd00::1 dst=fd00::2 sport=7 dport=80 src=fd00::8 dst=fd00::9 sport=81 dport=8");

    private final List<RecordedMessage> recorded = new ArrayList<>();
    private final KernelTable table = new KernelTable();
    private final MessageRecorder recorder = new MessageRecorder();
    private final Printed printedEvents = new Printed("conntrack", "-E");
    private final Printed printedExpectations = new Printed("conntrack", "-E", "expect");

    private RecordMessages() throws IOException {}

    /** Writes the file named by the argument. */
    public static void main(String[] arguments) throws Exception {
        for (List<String> command : PREPARATIONS) {
            Commands.Result result = Commands.run(command);
            check(result.code() == 0, command + ": " + result.output());
        }
        RecordMessages all = new RecordMessages();
        try {
            all.record();
        } finally {
            all.printedEvents.close();
            all.printedExpectations.close();
            all.recorder.close();
            all.table.close();
        }
        StringBuilder text = new StringBuilder();
        all.recorded.forEach(message -> text.append(message.written()));
        Files.writeString(Path.of(arguments[0]), text);
    }

    private void record() throws Exception {
        for (String kind : KINDS) {
            String[] words = kind.split(" ", 2);
            recordInsert(words[0], EntryParser.parse(words[1]));
        }
        recordInsert("adjusted", with("tcp 6 400 ESTABLISHED src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2", entry -> {
            entry.state = new TcpState(TcpState.ESTABLISHED, 7, 9, 0x0b, 0x2b);
            entry.originalAdjustment = ADJUSTMENT;
            entry.replyAdjustment = new SequenceAdjustment(1, -1, 2);
            entry.synProxy = OFFSETS;
        }));
        recordInsert(
                "labelled", with("udp 17 400 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2", entry -> entry.labels = LABELS));
        recordMasterAndExpectations();
        recordStep("traffic-tcp4", () -> tcp("127.0.0.1", 8081, 8081));
        recordStep("traffic-tcp6", () -> tcp("::1", 8081, 8081));
        recordStep("traffic-nat", () -> tcp("127.0.0.1", 8080, 8081));
        recordStep("traffic-udp", () -> udp("127.0.0.1"));
        recordStep(
                "traffic-icmp",
                () -> check(Commands.run("ping", "-c1", "127.0.0.1").code() == 0, "ping"));
        recordStep(
                "traffic-icmpv6", () -> check(Commands.run("ping", "-c1", "::1").code() == 0, "ping"));
    }

    private void recordInsert(String name, Conntrack entry) throws Exception {
        recordStep(name, () -> {
            apply(new TableChange.Insert(entry));
            ConntrackBuilder changed = ConntrackBuilder.from(entry);
            changed.mark = 99;
            apply(new TableChange.Update(Objects.requireNonNull(changed.build())));
        });
    }

    private void recordMasterAndExpectations() throws Exception {
        Conntrack master =
                EntryParser.parse("tcp 6 400 ESTABLISHED src=1.1.1.3 dst=2.2.2.2 sport=1 dport=21 helper=ftp");
        Tuple mask = new Tuple(Family.IPV4, Protocol.TCP, 0, 0xffff_ffffL, 0, 0xffff_ffffL, 0, 0xffff);
        Tuple awaited = Tuple.ipv4(Protocol.TCP, 0x0101_0103, 0x0202_0202, 0, 7556);
        Tuple translated = Tuple.ipv4(Protocol.TCP, 0x0101_0103, 0x0202_0202, 0, 7557);
        Tuple saved = Tuple.ipv4(Protocol.TCP, 0x0a00_0001, 0, 1234, 0);
        Zone zone = Zone.DEFAULT;
        recordStep("master", () -> apply(new TableChange.Insert(master)));
        apply(new TableChange.Insert(master));
        recorder.events();
        printedEvents.skip(1);
        recordExpectation(
                "expected",
                new Expectation(
                        awaited, mask, master.original(), zone, 300, 0, Expectation.PERMANENT, "ftp", null, null, 0));
        recordExpectation(
                "expected-nat",
                new Expectation(
                        translated,
                        mask,
                        master.original(),
                        zone,
                        300,
                        0,
                        Expectation.INACTIVE,
                        "ftp",
                        "nat-follow-master",
                        new Expectation.Nat(saved, true),
                        0));
        Conntrack related = with("tcp 6 400 ESTABLISHED src=1.1.1.3 dst=2.2.2.2 sport=9 dport=7556", entry -> {
            entry.master = master.original();
            entry.status |= Status.EXPECTED;
        });
        apply(new TableChange.Insert(related));
        List<byte[]> events = recorder.events();
        recorded.add(RecordedMessage.of("related.event0", printedEvents.next(), events.getFirst()));
        for (byte[] message : recorder.dump(Ctnetlink.SUBSYSTEM)) {
            RecordedMessage seen = RecordedMessage.of("related.dump", "", message);
            if (seen.conntrack(new UnknownAttributes()).master() != null) {
                String line = printed("conntrack", "-L", "-p", "tcp", "--orig-port-dst", "7556")
                        .getFirst();
                recorded.add(RecordedMessage.of("related.dump", line, message));
            }
        }
        table.flush(FlushFilter.ALL);
        printedEvents.skip(recorder.events().size());
    }

    private void recordExpectation(String name, Expectation expectation) throws Exception {
        apply(new TableChange.Expect(expectation));
        List<byte[]> events = recorder.events();
        recorded.add(RecordedMessage.of(name + ".event0", printedExpectations.next(), events.getFirst()));
        String line = printed("conntrack", "-L", "expect").getFirst();
        recorded.add(RecordedMessage.of(
                name + ".dump", line, recorder.dump(Ctnetlink.SUBSYSTEM_EXPECT).getFirst()));
        apply(new TableChange.Unexpect(expectation));
        recorded.add(RecordedMessage.of(
                name + ".event1", printedExpectations.next(), recorder.events().getFirst()));
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Lets the step make one entry, then records its events, its dump and its end. */
    private void recordStep(String name, Step step) throws Exception {
        table.flush(FlushFilter.ALL);
        printedEvents.skip(recorder.events().size());
        step.run();
        List<byte[]> events = new ArrayList<>(recorder.events());
        List<byte[]> dump = recorder.dump(Ctnetlink.SUBSYSTEM);
        List<String> lines = new ArrayList<>(printed("conntrack", "-L", "-f", "ipv4"));
        lines.addAll(printed("conntrack", "-L", "-f", "ipv6"));
        check(dump.size() == 1 && lines.size() == 1, name + ": " + dump.size() + " entries, printed " + lines);
        table.flush(FlushFilter.ALL);
        events.addAll(recorder.events());
        recorded.add(RecordedMessage.of(name + ".dump", lines.getFirst(), dump.getFirst()));
        for (int i = 0; i < events.size(); i++) {
            recorded.add(RecordedMessage.of(name + ".event" + i, printedEvents.next(), events.get(i)));
        }
    }

    private void apply(TableChange change) {
        List<Outcome> outcomes = table.apply(List.of(change), Echo.HEARD);
        check(outcomes.equals(List.of(Outcome.DONE)), outcomes + " of " + change);
    }

    private static Conntrack with(String line, Consumer<ConntrackBuilder> change) throws LineException {
        ConntrackBuilder out = ConntrackBuilder.from(EntryParser.parse(line));
        change.accept(out);
        return Objects.requireNonNull(out.build());
    }

    private static void tcp(String address, int port, int serverPort) throws IOException {
        InetAddress here = InetAddress.ofLiteral(address);
        try (ServerSocket server = new ServerSocket(serverPort, 1, here);
                Socket client = new Socket(here, port);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(1);
            check(accepted.getInputStream().read() == 1, "a byte");
            accepted.getOutputStream().write(2);
            check(client.getInputStream().read() == 2, "a byte back");
        }
    }

    private static void udp(String address) throws IOException {
        InetAddress here = InetAddress.ofLiteral(address);
        try (DatagramSocket server = new DatagramSocket(7777, here);
                DatagramSocket client = new DatagramSocket(0, here)) {
            client.send(new DatagramPacket(new byte[10], 10, here, 7777));
            DatagramPacket packet = new DatagramPacket(new byte[10], 10);
            server.receive(packet);
            server.send(packet);
            client.receive(packet);
        }
    }

    private static List<String> printed(String... command) {
        return Commands.run(command)
                .output()
                .lines()
                .filter(line -> line.contains("src=") && !line.startsWith("conntrack v"))
                .toList();
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    /** The lines of a command that goes on printing. */
    private static final class Printed implements AutoCloseable {
        private static final long LONGEST_MILLIS = 5000;
        private static final long START_MILLIS = 300;

        private final Process process;
        private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Printed(String... command) throws IOException {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            Thread.ofPlatform().daemon().start(() -> reader.lines().forEach(lines::add));
            try {
                // conntrack says nothing when it has begun to listen.
                check(!process.waitFor(START_MILLIS, TimeUnit.MILLISECONDS), String.join(" ", command) + " ended");
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        String next() throws InterruptedException {
            String line = Objects.requireNonNull(lines.poll(LONGEST_MILLIS, TimeUnit.MILLISECONDS), "a printed event");
            int cause = line.indexOf(" [USERSPACE]");
            return cause < 0 ? line : line.substring(0, cause);
        }

        void skip(int count) throws InterruptedException {
            for (int i = 0; i < count; i++) {
                next();
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
