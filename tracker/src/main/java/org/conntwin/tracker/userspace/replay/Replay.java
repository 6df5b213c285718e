package org.conntwin.tracker.userspace.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.userspace.capture.CaptureException;
import org.conntwin.tracker.userspace.capture.CaptureReader;
import org.conntwin.tracker.userspace.capture.Frame;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.flow.FlowTable;
import org.conntwin.tracker.userspace.nat.Translation;
import org.conntwin.tracker.userspace.packet.Checksums;
import org.conntwin.tracker.userspace.packet.Defragmenter;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.replay.ReplayOptions.Show;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.Tracker;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/** One run of a capture through a tracker of its own. Memory does not grow with the capture. Not thread-safe. */
public final class Replay {
    private static final int EXPIRY_STEPS = 1 << 12;
    /** Networks damage few packets; where one in so many is wrong, they were captured before the sums were made. */
    private static final int OFFLOADED_SHARE = 4;

    private static final int LEAST_OFFLOADED = 3;
    /** Bytes that an address in a payload may become longer by, many times over. */
    private static final int GROWTH = 512;
    /** Two runs of one capture choose the same ports. */
    private static final long SEED = 1;

    private final ReplayOptions options;
    private final Consumer<String> warnings;
    private final LineOutput output;
    private final PacketLines lines;
    private final Tracker tracker;
    private final Translation translation;
    private final PacketReader reader;
    private final Defragmenter defragmenter;

    private final Frame frame = new Frame();
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();

    private @Nullable InputStream entries;
    private String entriesName = "";
    private boolean loadedAll = true;
    private long now;
    private long record;
    private long cut;
    private long backwards;
    private long wrongSums;

    /**
     * Prepares a run.
     *
     * @param out takes what {@code options} ask for; is not closed
     * @param warnings takes one line about what was not as it should be; never about the same twice
     */
    public Replay(ReplayOptions options, OutputStream out, Consumer<String> warnings) {
        this.options = options;
        this.warnings = warnings;
        output = new LineOutput(out);
        lines = new PacketLines(output);
        tracker = new Tracker(
                options.settings(),
                new EventLines(output.text(), options.show() == Show.EVENTS, options.expectations()));
        TrackerSettings settings = options.settings();
        translation = new Translation(tracker, settings.nat(), settings.maxEntries(), new SplittableRandom(SEED));
        reader = new PacketReader(options.headerChecksum());
        defragmenter = new Defragmenter(reader, lost -> decide(lost, Verdict.LOST));
    }

    /**
     * Has the lines be the table before the first packet, at its time; no event tells of them.
     *
     * @param lines entry lines in UTF-8; empty ones and those that begin with {@code #} are passed over, bad ones told
     * @param name what warnings call them
     */
    public void load(InputStream lines, String name) {
        entries = lines;
        entriesName = name;
    }

    /** Whether every line of {@link #load} became an entry, once the capture is replayed; those that did not were told. */
    public boolean loadedAll() {
        return loadedAll;
    }

    /**
     * Replays the capture to its end.
     *
     * @param name what warnings call it
     * @return false when it could be read in part only, which was told as a warning
     * @throws IOException when the output cannot be written, or the entries not be read
     */
    public boolean run(CaptureReader capture, String name) throws IOException {
        try {
            return replay(capture, name);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean replay(CaptureReader capture, String name) throws IOException {
        boolean whole = true;
        boolean more = true;
        // Who watches live traffic sees all that is known of it whenever there is nothing more to read.
        capture.beforeRead(output::publish);
        while (more) {
            try {
                more = capture.next(frame);
            } catch (CaptureException damaged) {
                String used = record == 0 ? "" : "; the records before it, " + record + ", were used";
                warnings.accept(damaged.getMessage() + used);
                whole = false;
                break;
            } catch (IOException unreadable) {
                warnings.accept(
                        name + ": cannot be read on after record " + record + " (" + unreadable.getMessage() + ")");
                whole = false;
                break;
            }
            if (more) {
                record();
                output.writeIfMuch();
            }
        }
        finish(name);
        return whole;
    }

    private void record() throws IOException {
        record++;
        if (options.show() == Show.PACKETS) {
            lines.begin();
        }
        if (record == 1) {
            now = frame.time;
            load();
        }
        if (frame.time < now) {
            backwards++;
        } else {
            now = frame.time;
        }
        defragmenter.expire(now);
        boolean more = true;
        while (more) {
            more = tracker.expire(now, EXPIRY_STEPS);
            output.writeIfMuch();
        }
        PacketShape shape = shape();
        switch (shape) {
            case WHOLE -> decide(record, track());
            case FRAGMENT -> gather();
            case NOT_IP -> decide(record, Verdict.UNTRACKED);
            case MALFORMED -> decide(record, Verdict.INVALID);
            case CUT -> {
                cut++;
                decide(record, Verdict.INVALID);
            }
        }
    }

    private PacketShape shape() {
        return switch (frame.link.locate(frame)) {
            case IP -> reader.read(frame.bytes, frame.network, captured(), wire(), packet);
            case IPV4 -> reader.readIpv4(frame.bytes, frame.network, captured(), wire(), packet);
            case IPV6 -> reader.readIpv6(frame.bytes, frame.network, captured(), wire(), packet);
            case OTHER -> PacketShape.NOT_IP;
            case CUT -> PacketShape.CUT;
        };
    }

    private int captured() {
        return frame.captured - (frame.network - frame.start);
    }

    private int wire() {
        return frame.wire - (frame.network - frame.start);
    }

    private void gather() {
        switch (defragmenter.add(packet, now, record)) {
            case WAITS -> {}
            case DROPPED -> decide(record, Verdict.LOST);
            case PASSES -> decide(record, trackUnfragmented());
            case WHOLE -> {
                byte verdict = trackUnfragmented();
                for (long part : defragmenter.records()) {
                    decide(part, verdict);
                }
            }
        }
    }

    private byte trackUnfragmented() {
        return reader.unfragmented(packet) == PacketShape.WHOLE ? track() : Verdict.INVALID;
    }

    private byte track() {
        tracker.arrive(packet, 0, now, tracking);
        if (tracking.state == PacketState.INVALID && options.settings().checksum()) {
            wrongSums += Checksums.transportWrong(packet) ? 1 : 0;
        }
        grow();
        translation.pass(tracking, now);
        if (!tracking.dropped) {
            tracker.leave(tracking, now);
        }
        return Verdict.of(tracking);
    }

    /** A helper may write more into a packet of a translated flow than the capture has room for. */
    private void grow() {
        Flow flow = tracking.flow;
        if (flow == null || flow.helper() == null || packet.room > packet.length + GROWTH) {
            return;
        }
        byte[] bytes = Arrays.copyOfRange(packet.bytes, packet.start, packet.start + packet.length + GROWTH);
        packet.transport -= packet.start;
        packet.start = 0;
        packet.bytes = bytes;
        packet.room = bytes.length;
    }

    private void decide(long which, byte verdict) {
        if (options.show() == Show.PACKETS) {
            lines.decide(which, verdict);
        }
    }

    private void load() throws IOException {
        InputStream lines = entries;
        if (lines != null) {
            loadedAll = new EntryLoad(entriesName, warnings).run(lines, tracker, now);
        }
    }

    private void finish(String name) throws IOException {
        if (record == 0) {
            load();
        }
        defragmenter.giveUpAll();
        if (options.show() == Show.TABLE) {
            table();
        }
        output.flush();
        if (backwards > 0) {
            warnings.accept(name + ": time goes backwards, at " + backwards + (backwards == 1 ? " record" : " records")
                    + "; the clock stood still there");
        }
        if (cut > 0) {
            warnings.accept(name + ": " + cut + (cut == 1 ? " packet was" : " packets were")
                    + " cut by the snap length and taken as INVALID; capture whole packets (tcpdump -s 0)");
        }
        if (wrongSums > LEAST_OFFLOADED && wrongSums > record / OFFLOADED_SHARE) {
            warnings.accept(name + ": " + wrongSums
                    + " packets have a wrong checksum and counted as INVALID; if this was captured on the host that sent them, use"
                    + " --no-checksum");
        }
        if (lines.forced() > 0) {
            warnings.accept(name + ": " + lines.forced()
                    + " fragments were printed as dropped before their datagrams were given up");
        }
    }

    /** Prints the entries in the order in which they began. */
    private void table() throws IOException {
        FlowTable table = tracker.table();
        List<Flow> flows = new ArrayList<>(table.count());
        for (int bucket = 0; bucket < table.buckets(); bucket++) {
            table.visit(bucket, flows::add);
        }
        flows.sort(Comparator.comparingLong(flow -> Integer.toUnsignedLong(flow.id())));
        for (Flow flow : flows) {
            EntryText.append(output.text(), flow.entry(now));
            output.text().append('\n');
            output.writeIfMuch();
        }
    }
}
