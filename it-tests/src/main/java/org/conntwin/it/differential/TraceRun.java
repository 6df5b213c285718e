package org.conntwin.it.differential;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.conntwin.it.differential.trace.Trace;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.table.EventKind;
import org.conntwin.tracker.text.EntryText;
import org.jspecify.annotations.Nullable;

/**
 * One trace on its way through both sides. The tracker is given the time at which each packet was really sent. Not
 * thread-safe.
 */
final class TraceRun {
    private final Trace trace;
    private final UserspaceRouter userspace = new UserspaceRouter();
    private final List<Answer> kernelAnswers = new ArrayList<>();
    private final List<Answer> userspaceAnswers = new ArrayList<>();
    private final List<Pcap.Captured> sent = new ArrayList<>();
    private final List<String> kernelEvents = new ArrayList<>();
    private final List<String> kernelTable = new ArrayList<>();
    /** Ends that the kernel told and the tracker has not. */
    private final List<Event> kernelEnded = new ArrayList<>();

    private final List<String> differences = new ArrayList<>();
    private int firstDifference = -1;
    private long started;

    TraceRun(Trace trace) {
        this.trace = trace;
    }

    Trace trace() {
        return trace;
    }

    /** Number of packets sent. */
    int done() {
        return sent.size();
    }

    /** Sends the next packet through both. @return when the next is due, negative when that was the last */
    long step(KernelRouter kernel) {
        byte[] packet = trace.steps().get(done()).packet();
        long now = System.nanoTime();
        if (done() == 0) {
            started = now;
        }
        Answer theirs = kernel.send(packet);
        Answer ours = userspace.send(packet, now);
        sent.add(new Pcap.Captured(now - started, packet));
        kernelAnswers.add(theirs);
        userspaceAnswers.add(ours);
        theirs.events().forEach(event -> kernelEvents.add(event.text()));
        compare(theirs, ours);
        Conntrack entry = userspace.entry(now);
        if (entry != null) {
            Conntrack known = kernel.find(entry.original());
            if (!EntryDetails.agree(known, entry)) {
                differs("entry", EntryDetails.text(known), EntryDetails.text(entry));
            }
        }
        return done() == trace.steps().size()
                ? -1
                : started + trace.steps().get(done()).nanos();
    }

    private void compare(Answer theirs, Answer ours) {
        if (!theirs.text().equals(ours.text())) {
            differs("packet", theirs.text(), ours.text());
        }
        List<Event> told = new ArrayList<>(theirs.events());
        told.removeIf(event -> event.kind() == EventKind.DESTROY && take(userspace.ended(), event));
        boolean same = told.size() == ours.events().size();
        for (int i = 0; same && i < told.size(); i++) {
            same = told.get(i).agreesWith(ours.events().get(i));
        }
        if (!same) {
            differs("events", texts(told), texts(ours.events()));
        }
    }

    private static boolean take(List<Event> from, Event event) {
        for (Iterator<Event> candidates = from.iterator(); candidates.hasNext(); ) {
            if (candidates.next().agreesWith(event)) {
                candidates.remove();
                return true;
            }
        }
        return false;
    }

    private static String texts(List<Event> events) {
        return events.isEmpty()
                ? "no event"
                : events.stream().map(Event::text).collect(Collectors.joining("\n" + " ".repeat(11)));
    }

    private void differs(String what, String theirs, String ours) {
        if (firstDifference < 0) {
            firstDifference = done();
        }
        differences.add("packet #%d, %s:%n  kernel:  %s%n  tracker: %s".formatted(done(), what, theirs, ours));
    }

    /** Takes in an event that no packet caused: the end of a life. */
    void ended(Event event) {
        kernelEvents.add(event.text());
        if (!take(userspace.ended(), event)) {
            kernelEnded.add(event);
        }
    }

    /**
     * Compares what is left in both tables.
     *
     * @param entries the kernel's, of this trace's addresses, read just before
     */
    void finish(List<Conntrack> entries) {
        long now = System.nanoTime();
        userspace.expire(now);
        kernelEnded.removeIf(event -> take(userspace.ended(), event));
        if (!kernelEnded.isEmpty() || !userspace.ended().isEmpty()) {
            differs("ends of lives", texts(kernelEnded), texts(userspace.ended()));
        }
        List<Conntrack> ours = new ArrayList<>();
        userspace.table(now, ours::add);
        for (Conntrack entry : entries) {
            kernelTable.add(EntryText.line(entry));
            Conntrack same = withTuple(ours, entry);
            ours.remove(same);
            if (!EntryDetails.agree(entry, same)) {
                differs("table", EntryDetails.text(entry), EntryDetails.text(same));
            }
        }
        ours.forEach(entry -> differs("table", "no entry", EntryDetails.text(entry)));
    }

    private static @Nullable Conntrack withTuple(List<Conntrack> entries, Conntrack wanted) {
        for (Conntrack entry : entries) {
            if (entry.original().equals(wanted.original())) {
                return entry;
            }
        }
        return null;
    }

    /** Differences in the order in which they were met; none when both agree. */
    List<String> differences() {
        return differences;
    }

    /** The differences and the packets before the first of them, for a person. */
    String report(int shown) {
        StringBuilder out = new StringBuilder(trace.name()).append(": both sides differ\n");
        int first = Math.clamp(firstDifference, 1, done());
        for (int i = Math.max(0, first - shown); i < Math.min(done(), first + 2); i++) {
            Answer theirs = kernelAnswers.get(i);
            out.append(i == first - 1 ? ">" : " ").append("#").append(i + 1).append(' ');
            out.append(PacketText.of(trace.steps().get(i).packet()))
                    .append("  kernel ")
                    .append(theirs.text());
            out.append(", tracker ").append(userspaceAnswers.get(i).text()).append('\n');
            theirs.events()
                    .forEach(event -> out.append("      ").append(event.text()).append('\n'));
        }
        differences.stream()
                .limit(3)
                .forEach(difference -> out.append(difference).append('\n'));
        return out.toString();
    }

    /** The packets at the times when they were sent. */
    List<Pcap.Captured> capture() {
        return sent;
    }

    /** What the kernel said. */
    AnswerFiles answers() {
        List<byte[]> packets = sent.stream().map(Pcap.Captured::bytes).toList();
        return new AnswerFiles(AnswerFiles.packetLines(packets, kernelAnswers), kernelEvents, kernelTable);
    }
}
