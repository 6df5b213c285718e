package org.conntwin.tracker.userspace.helper.ftp;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.Verdict;
import org.conntwin.tracker.userspace.packet.Payload;

/**
 * FTP: PORT and EPRT of the client, the answers to PASV and EPSV of the server lead to the data connection, one at a
 * time, for 300 s. Behaves as {@code nf_conntrack_ftp} with {@code loose=0}: an end may announce its own address only.
 */
public final class FtpHelper implements Helper {
    private static final List<ExpectPolicy> POLICIES = List.of(new ExpectPolicy(1, 300));

    private final LineReader reader = new LineReader();

    /** One for all flows of a tracker. */
    public FtpHelper() {}

    @Override
    public String name() {
        return "ftp";
    }

    @Override
    public Set<Integer> protocols() {
        return Set.of(Protocol.TCP);
    }

    @Override
    public List<ExpectPolicy> policies() {
        return POLICIES;
    }

    @Override
    public void restored(Flow flow) {
        LineStarts starts = new LineStarts();
        starts.pickUp();
        flow.extras().helperMemory = starts;
    }

    @Override
    public Verdict inspect(Inspection packet) {
        Payload payload = packet.payload();
        if (!packet.established() || payload.length() == 0) {
            return Verdict.ACCEPT;
        }
        LineStarts starts = starts(packet.flow());
        // As it is before a translation makes it longer or shorter: so the sender counts.
        int behind = payload.sequence() + payload.length();
        boolean wholeLine = payload.at(payload.length() - 1) == '\n';
        int direction = packet.direction();
        Verdict verdict = Verdict.ACCEPT;
        if (starts.begins(direction, payload.sequence())) {
            Tuple sender = packet.flow().tuple(direction);
            switch (reader.read(payload, direction, sender)) {
                case Reading.Other other -> {}
                case Reading.Cut cut -> {
                    // Its end is not remembered either: it comes again.
                    return Verdict.DROP;
                }
                case Reading.Announcement told -> verdict = announced(packet, told, sender);
            }
        }
        if (wholeLine) {
            starts.add(direction, behind);
        }
        return verdict;
    }

    /** Expects the data connection that was announced. */
    private static Verdict announced(Inspection packet, Reading.Announcement told, Tuple sender) {
        if (told.high() != sender.sourceHigh() || told.low() != sender.sourceLow()) {
            return Verdict.ACCEPT;
        }
        Tuple other = packet.flow().tuple(1 - packet.direction());
        Tuple data = new Tuple(
                other.family(),
                Protocol.TCP,
                other.sourceHigh(),
                other.sourceLow(),
                other.destinationHigh(),
                other.destinationLow(),
                0,
                told.port());
        if (packet.translated()) {
            return TranslatedAnnouncement.pass(packet, told, data);
        }
        return packet.expect(Wanted.from(data)) == Outcome.DONE ? Verdict.ACCEPT : Verdict.DROP;
    }

    private static LineStarts starts(Flow flow) {
        Extras extras = flow.extras();
        if (extras.helperMemory instanceof LineStarts known) {
            return known;
        }
        LineStarts fresh = new LineStarts();
        extras.helperMemory = fresh;
        return fresh;
    }
}
