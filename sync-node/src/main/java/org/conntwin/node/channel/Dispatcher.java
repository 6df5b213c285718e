package org.conntwin.node.channel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jgroups.Address;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.util.MessageBatch;

/**
 * Hands what JGroups delivers to the {@link ChannelListener}: one message at a time for each sender (JGroups itself
 * runs a sender's unicasts beside its multicasts), nothing of strangers, no Throwable back into JGroups.
 */
final class Dispatcher implements Receiver {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getPackageName());
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The members by address, each with the lock of its sender. Replaced, never changed. */
    private record Members(View view, Map<Address, ReentrantLock> locks) {}

    private final ChannelListener listener;
    private final ChannelCounters counters;
    private final Drops drops;
    private final AtomicLong quietUntilNanos = new AtomicLong(System.nanoTime());
    private volatile Members members = new Members(View.none(), Map.of());

    Dispatcher(ChannelListener listener, ChannelCounters counters, Drops drops) {
        this.listener = listener;
        this.counters = counters;
        this.drops = drops;
    }

    /** The view last reported. */
    View view() {
        return members.view();
    }

    /** The newest process of that name in the view, or null. */
    @org.jspecify.annotations.Nullable
    Address address(String node) {
        Address found = null;
        for (Address member : members.locks().keySet()) {
            if (name(member).equals(node)) {
                found = member;
            }
        }
        return found;
    }

    private static String name(Address address) {
        return address instanceof NodeAddress node ? node.node() : "";
    }

    @Override
    public void receive(Message message) {
        Address sender = message.src();
        ReentrantLock lock = members.locks().get(sender);
        if (lock == null) {
            drops.count(DropCause.NOT_A_MEMBER, "from " + sender);
            return;
        }
        lock.lock();
        try {
            deliver(sender, message);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void receive(MessageBatch batch) {
        Address sender = batch.sender();
        ReentrantLock lock = members.locks().get(sender);
        if (lock == null) {
            batch.forEach(message -> drops.count(DropCause.NOT_A_MEMBER, "from " + sender));
            return;
        }
        lock.lock();
        try {
            for (Message message : batch) {
                deliver(sender, message);
            }
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Address sender, Message message) {
        byte[] payload = message.hasArray() ? message.getArray() : null;
        if (payload == null) {
            drops.count(DropCause.MALFORMED, "from " + sender);
            return;
        }
        counters.receivedMessages.increment();
        counters.receivedBytes.add(message.getLength());
        try {
            listener.received(name(sender), payload, message.getOffset(), message.getLength());
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable e) {
        counters.listenerErrors.increment();
        long now = System.nanoTime();
        long quietUntil = quietUntilNanos.get();
        if (now - quietUntil >= 0 && quietUntilNanos.compareAndSet(quietUntil, now + QUIET_NANOS)) {
            LOG.log(Level.ERROR, "channel: a message or view could not be handled", e);
        }
    }

    @Override
    public synchronized void viewAccepted(org.jgroups.View accepted) {
        Members before = members;
        Map<Address, ReentrantLock> locks = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>();
        Set<String> joined = new LinkedHashSet<>();
        Set<String> left = new LinkedHashSet<>();
        for (Address member : accepted.getMembers()) {
            ReentrantLock known = before.locks().get(member);
            locks.put(member, known == null ? new ReentrantLock() : known);
            if (!names.add(name(member))) {
                LOG.log(
                        Level.WARNING,
                        "channel: two members are called " + name(member)
                                + "; unless one of them was just killed, give each node its own `node:`");
            }
            if (known == null) {
                joined.add(name(member));
            }
        }
        for (Address member : before.locks().keySet()) {
            if (!locks.containsKey(member)) {
                left.add(name(member));
            }
        }
        boolean merged = accepted instanceof MergeView;
        View view = new View(before.view().number() + 1, java.util.List.copyOf(names), merged, joined, left);
        members = new Members(view, java.util.Collections.unmodifiableMap(locks));
        try {
            listener.viewChanged(view);
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** The channel is closed: nobody is a member any more. */
    synchronized void closed() {
        members = new Members(
                new View(
                        Objects.requireNonNull(members).view().number(),
                        java.util.List.of(),
                        false,
                        Set.of(),
                        Set.of()),
                Map.of());
    }
}
