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
        if (payload.at(payload.length() - 1) == '\n') {
            starts.add(direction, payload.sequence() + payload.length());
        }
        return verdict;
    }

    /**
     * Expects the data connection that was announced. This is where the announcement of a translated flow is rewritten:
     * it tells where in the payload the text is that names address and port.
     */
    private static Verdict announced(Inspection packet, Reading.Announcement told, Tuple sender) {
        if (told.high() != sender.sourceHigh() || told.low() != sender.sourceLow()) {
            return Verdict.ACCEPT;
        }
        Tuple other = packet.flow().tuple(1 - packet.direction());
        Wanted data = Wanted.from(new Tuple(
                other.family(),
                Protocol.TCP,
                other.sourceHigh(),
                other.sourceLow(),
                other.destinationHigh(),
                other.destinationLow(),
                0,
                told.port()));
        return packet.expect(data) == Outcome.DONE ? Verdict.ACCEPT : Verdict.DROP;
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
