package org.conntwin.node.role;

import java.time.Duration;
import org.conntwin.injector.Injector;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.FakeTable;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.table.EventKind;

/** A node of a test cluster with a role and a table. */
final class TestNode implements AutoCloseable {
    final String name;
    final FakeTable table = new FakeTable();
    final InternalCache internal;
    final ExternalCache external;
    final Identity identity;
    final Release release;
    final RoleKeeper roles;
    final Replication replication;

    TestNode(FakeNetwork network, String name, RoleName role, Duration purgeAfter, boolean through) {
        this.name = name;
        // Heartbeats come five times as fast.
        Clock clock = () -> System.nanoTime() * 5;
        Turns turns = Turns.threads(clock, () -> 0);
        internal = new InternalCache(clock, 100_000);
        external = new ExternalCache(clock, 100_000, through);
        identity = new Identity(name, "kernel", new Identity.Standing(role, 1000, 0));
        release = new Release(
                internal,
                external,
                table,
                purgeAfter,
                through,
                LocalAddresses::ofThisMachine,
                Turns.threads(Clock.SYSTEM));
        roles = new RoleKeeper(identity, new Injector(table, true), internal, external, release, turns);
        replication = new Replication(
                identity, internal, external, listener -> network.open(name, listener), roles, () -> {}, turns);
        roles.replication(replication);
        try {
            replication.start();
        } catch (ChannelException impossible) {
            throw new AssertionError(impossible);
        }
    }

    Identity.Standing standing() {
        return identity.standing();
    }

    /** Flows that came by traffic: in the table, and owned. */
    void learn(int firstFlow, int endFlow) {
        for (int flow = firstFlow; flow < endFlow; flow++) {
            table.silently(Flows.tuple(flow), Flows.flow(flow));
            internal.event(EventKind.NEW, Flows.flow(flow));
        }
        replication.wake();
    }

    @Override
    public void close() {
        roles.close();
        replication.close();
    }
}
