package org.conntwin.node.ha;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.node.ha.NotifyLine.State;
import org.conntwin.node.ha.NotifyLine.Subject;
import org.jspecify.annotations.Nullable;

/**
 * What keepalived's lines mean for the node. Groups decide. At its start keepalived writes a group's line before those of its
 * instances, at every change after them; so a change of an instance counts only when no line of a group has come
 * within {@link #SETTLE_NANOS}, and never again once one came, until keepalived has stopped: the next one may be
 * configured without that group. As there is no other sign of it, {@code MASTER_RX_LOWER_PRI} counts from an instance in any
 * case.
 *
 * <p>With several groups, or several instances without a group, the node is wanted as active as soon as one is master.
 * Time comes from outside, in nanoseconds that only go forward. Not thread-safe.
 */
final class KeepalivedView {
    /** keepalived writes the lines of one change within some milliseconds. */
    static final long SETTLE_NANOS = 150_000_000L;

    /** Groups and instances that are told apart; lines of more are ignored and counted. */
    private static final int MOST = 64;

    private final Map<String, State> groups = new LinkedHashMap<>();
    private final Map<String, State> instances = new LinkedHashMap<>();
    private boolean withoutGroups;
    private @Nullable NotifyLine settling;
    private boolean settlingNew;
    private long settlesAt;
    private long ignored;

    /** What to do now that this line came; null for nothing, or nothing yet. */
    @Nullable
    Word heard(NotifyLine line, long now) {
        if (line.state() == State.OTHER) {
            return null;
        }
        if (line.state() == State.MASTER_RX_LOWER_PRI) {
            return again();
        }
        Map<String, State> all = line.of() == Subject.GROUP ? groups : instances;
        if (all.size() >= MOST && !all.containsKey(line.name())) {
            ignored++;
            return null;
        }
        boolean isNew = put(all, line);
        boolean anyRuns = instances.containsValue(State.MASTER) || instances.containsValue(State.BACKUP);
        if (line.state() == State.STOP && !anyRuns) {
            forget();
            return Word.BACKUP;
        }
        if (line.of() == Subject.GROUP) {
            settling = null;
            withoutGroups = false;
            return word(line, isNew, groups);
        }
        if (withoutGroups) {
            return word(line, isNew, instances);
        }
        if (groups.isEmpty()) {
            settlesAt = settling == null ? now + SETTLE_NANOS : settlesAt;
            settlingNew |= isNew;
            settling = line;
        }
        return null;
    }

    /** What to do because enough time has passed; null for nothing. */
    @Nullable
    Word due(long now) {
        NotifyLine line = settling;
        if (line == null || now - settlesAt < 0) {
            return null;
        }
        settling = null;
        withoutGroups = true;
        boolean isNew = settlingNew;
        settlingNew = false;
        return word(line, isNew, instances);
    }

    /** Whether this is news of it. Who has stopped or is gone has no state any more. */
    private static boolean put(Map<String, State> all, NotifyLine line) {
        if (line.state() == State.STOP || line.state() == State.DELETED) {
            return all.remove(line.name()) != null;
        }
        return all.put(line.name(), line.state()) != line.state();
    }

    private void forget() {
        groups.clear();
        instances.clear();
        withoutGroups = false;
        settling = null;
        settlingNew = false;
    }

    /**
     * What {@link #memory} of an earlier life said, instead of lines that are heard: nothing of it has to settle.
     *
     * @return what keepalived wanted then; null for nothing
     */
    @Nullable
    Word restored(List<NotifyLine> lines) {
        forget();
        for (NotifyLine line : lines) {
            Map<String, State> all = line.of() == Subject.GROUP ? groups : instances;
            if (all.size() < MOST && line.state() != State.OTHER && line.state() != State.MASTER_RX_LOWER_PRI) {
                put(all, line);
            }
        }
        withoutGroups = groups.isEmpty() && !instances.isEmpty();
        Map<String, State> all = groups.isEmpty() ? instances : groups;
        if (all.isEmpty()) {
            return null;
        }
        if (all.containsValue(State.MASTER)) {
            return Word.MASTER;
        }
        return all.containsValue(State.BACKUP) ? Word.BACKUP : Word.FAULT;
    }

    private static Word word(NotifyLine line, boolean isNew, Map<String, State> all) {
        if (all.containsValue(State.MASTER)) {
            return line.state() == State.MASTER && isNew ? Word.MASTER : Word.STILL_MASTER;
        }
        return line.state() == State.FAULT ? Word.FAULT : Word.BACKUP;
    }

    /** A line that a later change has overtaken means nothing: who is backup by now takes nothing over. */
    private @Nullable Word again() {
        Map<String, State> all = groups.isEmpty() ? instances : groups;
        if (all.isEmpty() || all.containsValue(State.MASTER)) {
            return Word.MASTER_AGAIN;
        }
        ignored++;
        return null;
    }

    /** Lines that say in which state everything is now, for {@link #restored} of a later life; none once it has stopped. */
    List<String> memory() {
        boolean byGroup = !groups.isEmpty();
        return (byGroup ? groups : instances)
                .entrySet().stream()
                        .map(each -> new NotifyLine(
                                        byGroup ? Subject.GROUP : Subject.INSTANCE, each.getKey(), each.getValue())
                                .text())
                        .toList();
    }

    /** Lines that were known and did not count. */
    long ignored() {
        return ignored;
    }
}
