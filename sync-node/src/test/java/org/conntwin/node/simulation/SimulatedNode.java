package org.conntwin.node.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.conntwin.injector.Injector;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.fake.FakeTable;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.local.ExpectationFeed;
import org.conntwin.node.local.PeersEntries;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.local.TableFeed;
import org.conntwin.node.local.TableRereader;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.role.Bygones;
import org.conntwin.node.role.Election;
import org.conntwin.node.role.EventPause;
import org.conntwin.node.role.Readings;
import org.conntwin.node.role.Release;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.model.Conntrack;

/** The parts of a node that decide what becomes of flows, wired as in a running one. */
final class SimulatedNode {
    static final Duration PURGE_AFTER = Duration.ofSeconds(4);
    private static final int LIMIT = 100_000;

    final String name;
    final FakeTable table;
    final SimulatedProcess process;
    final InternalCache internal;
    final ExternalCache external;
    final Identity identity;
    final RoleKeeper roles;
    final Replication replication;
    private final TableFeed feed;

    /**
     * Starts on the table, whatever is in it.
     *
     * @param members how many elect their active node; 0 for nodes that an HA manager tells
     */
    SimulatedNode(
            SimulatedTime time, SimulatedNetwork network, String name, FakeTable table, long incarnation, int members) {
        this.name = name;
        this.table = table;
        process = new SimulatedProcess(time, incarnation - time.now() / SimulatedTime.MILLI);
        internal = new InternalCache(process.clock(), LIMIT);
        external = new ExternalCache(process.clock(), LIMIT, false);
        identity = new Identity(name, "kernel", new Identity.Standing(RoleName.BACKUP, incarnation, 0));
        Release release = new Release(internal, external, table, PURGE_AFTER, false, Set::of, process);
        roles = new RoleKeeper(identity, new Injector(table, true), internal, external, release, process);
        replication = new Replication(
                identity,
                internal,
                external,
                listener -> network.open(name, process, listener),
                roles,
                () -> {},
                process);
        roles.replication(replication);
        roles.bygones(new Bygones(external, replication::inSight, PURGE_AFTER, process));
        ReplicationFilter filter = new ReplicationFilter(everything(), List.of());
        TableRereader rereader =
                new TableRereader(table, internal, filter, PeersEntries.NONE, replication::wake, process);
        roles.readings(
                new Readings(rereader::begun, rereader::afterCommit, rereader::beforePause, rereader::afterPause));
        roles.pausing(new EventPause(table, 1));
        ExpectationFeed expectations = new ExpectationFeed(table, internal, replication::wake, rereader::soon, process);
        feed = new TableFeed(internal, filter, PeersEntries.NONE, expectations, replication::wake, rereader::soon);
        table.listen(feed);
        rereader.read();
        internal.settleAll();
        try {
            replication.start();
        } catch (ChannelException impossible) {
            throw new AssertionError(impossible);
        }
        roles.backupAtStart();
        if (members > 0) {
            new Election(true, members, identity, roles, replication, process).start();
        }
    }

    private static NodeConfig.Sync everything() {
        return new NodeConfig.Sync(
                true,
                new NodeConfig.Expectations(true, Set.of()),
                NodeConfig.TcpWindow.LIBERAL,
                NodeConfig.Filter.NONE,
                PURGE_AFTER);
    }

    /** A packet made or changed the flow. A frozen node loses the event and hears that it lost some. */
    void packet(Conntrack flow) {
        if (process.runs()) {
            table.traffic(flow);
        } else {
            table.silently(flow.original(), flow);
        }
    }

    /** The flow ended. */
    void end(Conntrack flow) {
        if (process.runs()) {
            table.expire(flow.original());
        } else {
            table.silently(flow.original(), null);
        }
    }

    /** Hears of the table again. */
    void listen() {
        table.listen(feed);
    }

    /** Whether its twin of the origin has the flow. */
    boolean knows(String origin, Conntrack flow) {
        Twin twin = external.twin(origin);
        byte[] key = Flows.key(flow);
        return twin != null && twin.contains(Kind.CONNTRACK, key, 0, key.length);
    }

    /** Events were lost. */
    void overrun() {
        if (process.runs()) {
            feed.overrun();
        }
    }

    void freeze() {
        process.freeze();
    }

    void resume() {
        process.resume();
        overrun();
    }

    /** The process ends without a word; the table stays. */
    void kill() {
        process.kill();
    }

    Twin twinOf(SimulatedNode origin) {
        Twin twin = external.twin(origin.name);
        if (twin == null) {
            throw new AssertionError("no twin of " + origin.name);
        }
        return twin;
    }

    boolean active() {
        return identity.standing().role() == RoleName.ACTIVE;
    }
}
