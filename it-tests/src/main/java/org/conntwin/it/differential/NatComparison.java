package org.conntwin.it.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.conntwin.it.differential.trace.Trace;
import org.conntwin.it.differential.trace.TraceKind;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.wire.Bytes;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.userspace.nat.SourceAddresses;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.jspecify.annotations.Nullable;

/**
 * Packets through the kernel's translation and the userspace tracker's: what comes out, byte for byte, its state, events,
 * the entries and the expectations behind it are compared. Runs in a namespace that it may turn into a router; exit code 0:
 * both agree.
 */
public final class NatComparison {
    /** The router's own address towards servers. */
    static final String OWN = "10.170.0.1";

    private static final String DEVICE = "server0";

    /** Traces by chance, in which nobody chooses a port. */
    private static final List<TraceKind> KINDS = List.of(
            TraceKind.TCP_NORMAL,
            TraceKind.TCP_RANDOM_WALK,
            TraceKind.TCP_OUT_OF_SYNC,
            TraceKind.TCP_EDGES,
            TraceKind.UDP,
            TraceKind.UDPLITE,
            TraceKind.ICMP,
            TraceKind.SCTP,
            TraceKind.GRE,
            TraceKind.UNKNOWN);

    private static final int SEEDS = 8;

    /** Conversations by chance that helpers listen to. */
    private static final List<TraceKind> CONVERSATIONS = List.of(
            TraceKind.TFTP,
            TraceKind.SANE,
            TraceKind.IRC,
            TraceKind.AMANDA,
            TraceKind.SIP,
            TraceKind.SIP_TCP,
            TraceKind.PPTP);

    private static final int CONVERSATION_SEEDS = 30;

    private final KernelRouter kernel;
    private final List<String> differences = new ArrayList<>();
    private final Set<String> kernelsChoice = new HashSet<>();
    private final Set<String> trackersChoice = new HashSet<>();

    private NatComparison(KernelRouter kernel) {
        this.kernel = kernel;
    }

    /** Takes the names of scripts; none for all. */
    public static void main(String[] arguments) {
        int packets = 0;
        try (KernelRouter router = new KernelRouter()) {
            router.address(OWN + "/32", DEVICE);
            NatComparison comparison = new NatComparison(router);
            List<String> wanted = List.of(arguments);
            for (NatScript script : NatScripts.all()) {
                if (wanted.isEmpty() || wanted.contains(script.name)) {
                    comparison.run(script);
                    packets += script.packets.size();
                }
            }
            if (wanted.isEmpty()) {
                for (TraceKind kind : KINDS) {
                    for (int seed = 1; seed <= SEEDS; seed++) {
                        Trace trace = kind.trace(seed);
                        if (trace.family() == Family.IPV4) {
                            NatScript script = NatScripts.translated(trace);
                            comparison.run(script);
                            packets += script.packets.size();
                        }
                    }
                }
                for (TraceKind kind : CONVERSATIONS) {
                    // The first trace of one kind has the address of the router itself.
                    for (int seed = 2; seed <= CONVERSATION_SEEDS; seed++) {
                        Trace trace = kind.trace(seed);
                        if (trace.family() == Family.IPV4) {
                            NatScript script = NatHelperScripts.translated(trace, seed % 2 == 0);
                            comparison.run(script);
                            packets += script.packets.size();
                        }
                    }
                }
            }
            comparison.differences.forEach(System.out::println);
            System.out.println(packets + " packets compared, " + comparison.differences.size() + " differences");
            System.exit(comparison.differences.isEmpty() ? 0 : 1);
        } catch (LabException e) {
            System.err.println("NatComparison: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run(NatScript script) {
        kernel.rules(rules(script));
        kernel.flush();
        TrackerSettings settings = TrackerSettings.LINUX
                .withMaxEntries(2_048)
                .withNat(script.rules)
                .withHelpers(HelperRules.ALL);
        UserspaceRouter tracker = new UserspaceRouter(settings, new OneDevice());
        int number = 0;
        kernelsChoice.clear();
        trackersChoice.clear();
        for (byte[] packet : script.packets) {
            number++;
            String where = script.name + " #" + number + " " + PacketText.of(packet);
            Answer theirs = kernel.send(packet);
            long now = System.nanoTime();
            Answer ours = tracker.send(packet, now);
            differs(where, "verdict", theirs.text(), ours.text());
            if (script.chance) {
                byChance(where, theirs, ours, tracker.out());
                continue;
            }
            if (script.untilChance && chosen(packet, theirs, kernel.out()) && chosen(packet, ours, tracker.out())) {
                break;
            }
            if (theirs.passed() && ours.passed()) {
                differs(where, "bytes", text(kernel.out()), text(tracker.out()));
            }
            differs(where, "events", events(theirs), events(ours));
            Conntrack entry = tracker.entry(now);
            if (entry != null) {
                Conntrack known = kernel.find(entry.original());
                if (!EntryDetails.agree(known, entry)) {
                    differs(where, "entry", EntryDetails.text(known), EntryDetails.text(entry));
                }
                differs(where, "adjustments", adjustments(known), adjustments(entry));
            }
            List<String> known = new ArrayList<>();
            kernel.expectations(expectation -> known.add(text(expectation)));
            List<String> own = new ArrayList<>();
            tracker.expectations(now, expectation -> own.add(text(expectation)));
            known.sort(null);
            own.sort(null);
            differs(where, "expectations", String.join("; ", known), String.join("; ", own));
        }
        kernel.rules("delete table inet translates\n");
    }

    /** Whether a packet of a client came out with another port or id. */
    private static boolean chosen(byte[] packet, Answer answer, byte[] out) {
        int at = packet[9] == Protocol.ICMP ? 24 : 20;
        boolean fromClient = (packet[13] & 0xc0) == 0x40;
        return fromClient
                && answer.passed()
                && packet[9] != Protocol.GRE
                && out.length >= at + 2
                && Bytes.get16(out, at) != Bytes.get16(packet, at);
    }

    /** Both chose a port of the same class, and neither one that it had chosen before. */
    private void byChance(String where, Answer theirs, Answer ours, byte[] out) {
        differs(
                where,
                "number of events",
                "" + theirs.events().size(),
                "" + ours.events().size());
        if (!theirs.passed() || !ours.passed()) {
            return;
        }
        byte[] seen = kernel.out();
        differs(where, "class", shape(seen), shape(out));
        differs(where, "uniqueness", "" + kernelsChoice.add(ends(seen)), "" + trackersChoice.add(ends(out)));
        if (!theirs.events().isEmpty() && !ours.events().isEmpty()) {
            int known = theirs.events().getLast().status();
            int own = ours.events().getLast().status();
            differs(where, "status", Integer.toHexString(known), Integer.toHexString(own));
        }
    }

    /** The packet with the class of its source port, or id, in the place of that, and without the checksums. */
    private static String shape(byte[] packet) {
        int at = packet[9] == Protocol.ICMP ? 24 : 20;
        int port = Bytes.get16(packet, at);
        String name = packet[9] == Protocol.ICMP ? "any" : port < 512 ? "low" : port < 1_024 ? "middle" : "high";
        byte[] rest = packet.clone();
        Arrays.fill(rest, at, at + 2, (byte) 0);
        int sum = packet[9] == Protocol.ICMP ? 22 : packet[9] == Protocol.TCP ? 36 : 26;
        if (packet[9] == Protocol.ICMP || packet[9] == Protocol.TCP || packet[9] == Protocol.UDP) {
            Arrays.fill(rest, sum, sum + 2, (byte) 0);
        }
        return name + " " + text(rest);
    }

    private static String ends(byte[] packet) {
        int length = packet[9] == Protocol.ICMP ? 28 : 24;
        return packet[9] + " " + HexFormat.of().formatHex(packet, 12, 20)
                + HexFormat.of().formatHex(packet, length - 4, length);
    }

    private void differs(String where, String what, String theirs, String ours) {
        if (!theirs.equals(ours)) {
            differences.add("%s, %s:%n  kernel:  %s%n  tracker: %s".formatted(where, what, theirs, ours));
        }
    }

    private static String rules(NatScript script) {
        return """
                table inet translates {
                 chain before { type nat hook prerouting priority -100;
                 %s
                 }
                 chain behind { type nat hook postrouting priority 100;
                 %s
                 }
                }
                """.formatted(script.prerouting, script.postrouting);
    }

    private static String events(Answer answer) {
        return answer.events().stream()
                .map(event -> event.timeless() + " status " + Integer.toHexString(event.status()) + " "
                        + adjustments(event.entry()))
                .collect(Collectors.joining("\n           "));
    }

    private static String adjustments(@Nullable Conntrack entry) {
        return entry == null ? "-" : entry.originalAdjustment() + " " + entry.replyAdjustment();
    }

    private static String text(Expectation expectation) {
        return new Expectation(
                        expectation.tuple(),
                        expectation.mask(),
                        expectation.master(),
                        expectation.zone(),
                        0,
                        expectation.expectClass(),
                        expectation.flags(),
                        expectation.helper(),
                        expectation.function(),
                        told(expectation.nat()),
                        0)
                .toString();
    }

    /** The kernel does not tell one that saves nothing. */
    private static Expectation.@Nullable Nat told(Expectation.@Nullable Nat nat) {
        boolean saves = nat != null
                && (nat.tuple().sourceHigh()
                                | nat.tuple().sourceLow()
                                | nat.tuple().sourceKey())
                        != 0;
        return saves ? nat : null;
    }

    /** The packet without what a router and the comparison's marks change. */
    private static String text(byte[] packet) {
        byte[] bytes = packet.clone();
        if (bytes[0] >>> 4 == 4) {
            bytes[1] = 0;
            bytes[8] = 0;
            Arrays.fill(bytes, 10, 12, (byte) 0);
        } else {
            bytes[0] = 0x60;
            bytes[1] &= 0xf;
            bytes[7] = 0;
        }
        return HexFormat.of().formatHex(bytes);
    }

    /** The router's side towards servers. */
    private static final class OneDevice implements SourceAddresses {
        @Override
        public Addresses.@Nullable Parsed to(int outDevice, Family family, long high, long low) {
            return family == Family.IPV4 ? NatNetwork.address(OWN) : null;
        }

        @Override
        public @Nullable String device(int outDevice) {
            return DEVICE;
        }
    }
}
