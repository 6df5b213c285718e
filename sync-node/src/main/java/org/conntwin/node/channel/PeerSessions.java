package org.conntwin.node.channel;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of peers by their numbers: those that are proven, and those that wait for it. Of both, beyond their bounds the
 * least recently used is forgotten. A session whose key was taken away is forgotten, too, when it is asked for: it is met
 * anew, as that key may have come back.
 *
 * <p>{@link #proven} is for any thread. Whoever files sessions holds this object's monitor, from looking for one until it is
 * filed, so that no two threads file the same; a session's own monitor comes after it.
 */
final class PeerSessions {
    static final int MAX_PROVEN = 128;
    static final int MAX_PENDING = 16;
    private static final long PENDING_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Drops drops;
    private final LongSupplier nanoTime;

    private final Map<Long, Session> proven = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Session> eldest) {
            return size() > MAX_PROVEN;
        }
    };
    private final Map<Long, Session> pending = new LinkedHashMap<>(16, 0.75f, true);

    /** None yet; what was kept for a proof that does not come is counted. */
    PeerSessions(Drops drops, LongSupplier nanoTime) {
        this.drops = drops;
        this.nanoTime = nanoTime;
        drops.settledBy(this::forgetUnproven);
    }

    /** The proven session of that number under one of these keys; null when there is none. */
    @Nullable
    Session proven(List<SessionKeys> keys, long id) {
        synchronized (proven) {
            Session session = proven.get(id);
            if (session != null && !keys.contains(session.source())) {
                proven.remove(id);
                return null;
            }
            return session;
        }
    }

    /** The same, or the one that waits to be proven. Under this monitor. */
    @Nullable
    Session filed(List<SessionKeys> keys, long id) {
        Session session = proven(keys, id);
        if (session != null) {
            return session;
        }
        Session waiting = pending.get(id);
        if (waiting != null && !keys.contains(waiting.source())) {
            pending.remove(id);
            countHeld(waiting);
            return null;
        }
        return waiting;
    }

    /** It has proven itself. Under this monitor. */
    void proved(long id, Session session) {
        pending.remove(id);
        synchronized (proven) {
            proven.put(id, session);
        }
    }

    /** It waits, from now on unless it does already. Under this monitor. */
    void waits(long id, Session session) {
        if (!pending.containsKey(id)) {
            makeRoom();
            pending.put(id, session);
        }
    }

    /** Ends the waiting for senders that have not proven themselves for too long: what is kept of them is dropped. */
    private synchronized void forgetUnproven() {
        long now = nanoTime.getAsLong();
        for (Iterator<Session> each = pending.values().iterator(); each.hasNext(); ) {
            Session session = each.next();
            if (now - session.sinceNanos() > PENDING_NANOS) {
                each.remove();
                countHeld(session);
            }
        }
    }

    private void makeRoom() {
        forgetUnproven();
        Iterator<Session> eldest = pending.values().iterator();
        while (pending.size() >= MAX_PENDING) {
            countHeld(eldest.next());
            eldest.remove();
        }
    }

    private void countHeld(Session session) {
        synchronized (session) {
            for (int i = session.held(); i > 0; i--) {
                drops.count(DropCause.UNPROVEN, "kept for a proof");
            }
        }
    }
}
