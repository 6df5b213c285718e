package org.conntwin.node;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.conntwin.injector.Injector;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.channel.ChannelSettings;
import org.conntwin.node.channel.JGroupsChannel;
import org.conntwin.node.channel.Keyring;
import org.conntwin.node.channel.Transport;
import org.conntwin.node.command.KeyState;
import org.conntwin.node.command.NodeCommands;
import org.conntwin.node.command.NodeParts;
import org.conntwin.node.config.Endpoint;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.Userspace;
import org.conntwin.node.control.Access;
import org.conntwin.node.control.CommandHandler;
import org.conntwin.node.control.ControlException;
import org.conntwin.node.control.ControlServer;
import org.conntwin.node.ha.HaException;
import org.conntwin.node.ha.HighAvailability;
import org.conntwin.node.http.HttpException;
import org.conntwin.node.http.HttpServer;
import org.conntwin.node.http.Page;
import org.conntwin.node.http.Pages;
import org.conntwin.node.local.ExpectationFeed;
import org.conntwin.node.local.PeersEntries;
import org.conntwin.node.local.ReplicationFilter;
import org.conntwin.node.local.TableFeed;
import org.conntwin.node.local.TableRereader;
import org.conntwin.node.local.WriteThrough;
import org.conntwin.node.rehearsal.Rehearsal;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.role.Bygones;
import org.conntwin.node.role.Election;
import org.conntwin.node.role.EventPause;
import org.conntwin.node.role.LocalAddresses;
import org.conntwin.node.role.Readings;
import org.conntwin.node.role.Release;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.node.service.LivingThreads;
import org.conntwin.node.time.Clock;
import org.conntwin.node.time.Turns;
import org.conntwin.node.userspace.LiveQueues;
import org.conntwin.node.userspace.SynProxyConfig;
import org.conntwin.node.userspace.TrackerConfig;
import org.conntwin.node.watch.NodePages;
import org.conntwin.proto.Kind;
import org.conntwin.proto.RoleName;
import org.conntwin.tracker.kernel.KernelTable;
import org.conntwin.tracker.table.ConntrackTable;
import org.conntwin.tracker.table.TableException;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.jspecify.annotations.Nullable;

/**
 * All parts of a node, wired in the order in which data flows: table, caches, replication, roles, control
 * socket. Closing takes them down the other way round.
 */
public final class RunningNode implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RunningNode.class.getName());
    /** What the rest of the node needs of the heap. */
    private static final long RESERVED_BYTES = 40 << 20;
    /** A record of both caches costs less than this: both may be full at once. */
    private static final int RECORD_BYTES = 160;

    private final String name;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable UserspaceTable userspaceTable;
    private Supplier<String> summary = () -> "starting";

    private RunningNode(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * How it does, one line: role, entries, peers. Asks every part that holds locks, so it hangs where one is held for
     * good; from any thread once the node is started.
     */
    public String summary() {
        return summary.get();
    }

    /** The table to feed with packets; empty while the kernel tracks. */
    public Optional<UserspaceTable> userspaceTable() {
        return Optional.ofNullable(userspaceTable);
    }

    /**
     * Starts a node: its table is read, the cluster joined and the control socket open when this returns.
     *
     * @param surroundings what stands between it and the world; {@link Surroundings#ready} is left to the caller
     * @param stop called when a command asks the node to stop; it goes on until it is closed
     * @throws TableException when the local table cannot be used
     * @throws HaException when what ties it to the HA manager cannot be set up
     */
    public static RunningNode start(NodeConfig config, Surroundings surroundings, Runnable stop)
            throws ChannelException, ControlException, HttpException, KeyFileException {
        RunningNode node = new RunningNode(config.node());
        boolean started = false;
        try {
            node.wire(config, surroundings, stop);
            started = true;
            return node;
        } finally {
            if (!started) {
                node.close();
            }
        }
    }

    private void wire(NodeConfig config, Surroundings surroundings, Runnable stop)
            throws ChannelException, ControlException, HttpException, KeyFileException {
        // The socket first: a second node with it must fail before it touches the cluster.
        AtomicReference<CommandHandler> commands = new AtomicReference<>((arguments, input, output) -> {
            output.error("the node is starting: try again in a moment");
            return 1;
        });
        ControlServer control = opened(ControlServer.open(
                config.control().socket(),
                new Access(config.control().group(), NodeCommands::reads),
                (arguments, input, output) -> commands.get().handle(arguments, input, output)));
        AtomicReference<Pages> pages = new AtomicReference<>(path -> Page.text(503, "the node is starting\n"));
        HttpServer http = config.http() == null ? null : opened(http(config.http(), pages));
        Clock clock = Clock.SYSTEM;
        Turns turns = Turns.threads(clock);
        Path keyPath = config.cluster().keyFile();
        KeyFile keys = keyPath == null ? null : opened(new KeyFile(keyPath, turns));
        ChannelSettings channel = channelSettings(config, keys == null ? Keyring.none() : keys.keyring());
        ConntrackTable table = opened(table(config));
        long room = Math.max(RESERVED_BYTES / 8, Runtime.getRuntime().maxMemory() - RESERVED_BYTES);
        int limit = (int) Math.min(16_000_000, room / RECORD_BYTES);
        boolean through = !config.sync().externalCache();
        boolean liberal = config.sync().tcpWindow() == NodeConfig.TcpWindow.LIBERAL;
        InternalCache internal = new InternalCache(clock, limit);
        ExternalCache external = new ExternalCache(clock, limit, through);
        RoleName role = config.ha().initialRole() == NodeConfig.InitialRole.MULTI ? RoleName.MULTI : RoleName.BACKUP;
        Identity identity = new Identity(
                config.node(),
                table.name(),
                new Identity.Standing(role, Instant.now().toEpochMilli(), 0));

        Release release = opened(new Release(
                internal, external, table, config.sync().purgeAfter(), through, LocalAddresses::ofThisMachine, turns));
        RoleKeeper roles =
                opened(new RoleKeeper(identity, new Injector(table, liberal), internal, external, release, turns));
        AtomicReference<@Nullable WriteThrough> writer = new AtomicReference<>();
        Replication replication = new Replication(
                identity,
                internal,
                external,
                listener -> surroundings.channel(new JGroupsChannel(channel, listener)),
                roles,
                () -> wake(writer.get()),
                turns);
        roles.replication(replication);
        roles.bygones(
                opened(new Bygones(external, replication::inSight, config.sync().purgeAfter(), turns)));
        if (through) {
            WriteThrough writeThrough = opened(
                    new WriteThrough(table, internal, external, new Standings(identity, replication), liberal, turns));
            writer.set(writeThrough);
        }

        WriteThrough writeThrough = writer.get();
        PeersEntries peers = writeThrough == null ? PeersEntries.NONE : writeThrough;
        ReplicationFilter filter = new ReplicationFilter(config.sync(), clusterAddresses(channel));
        roles.filter(filter);
        if (writeThrough != null) {
            writeThrough.filter(filter);
        }
        TableRereader rereader = opened(new TableRereader(table, internal, filter, peers, replication::wake, turns));
        roles.readings(
                new Readings(rereader::begun, rereader::afterCommit, rereader::beforePause, rereader::afterPause));
        if (!through) {
            roles.pausing(new EventPause(table, EventPause.SMALLEST_COMMIT));
        }
        ExpectationFeed expectations =
                opened(new ExpectationFeed(table, internal, replication::wake, rereader::soon, turns));
        TableFeed feed = new TableFeed(internal, filter, peers, expectations, replication::send, rereader::soon);
        table.listen(surroundings.listener(feed), filter.events());
        TableRereader.Result read = rereader.read();
        // What was there before this start need not travel: peers compare digests.
        internal.settleAll();
        if (through) {
            internal.beginRelease();
        }
        opened(replication);
        replication.start();
        if (keys != null) {
            keys.start();
        }
        LOG.log(System.Logger.Level.INFO, "read {0} records of the {1} table", read.read(), table.name());
        if (writeThrough != null) {
            writeThrough.start();
        }
        if (config.ha().initialRole() == NodeConfig.InitialRole.MULTI && table.judgesWindows()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "flows may stall whose directions are parted after their start: `sysctl -w"
                            + " net.netfilter.nf_conntrack_tcp_be_liberal=1` where several firewalls forward");
        }
        if (config.ha().initialRole() == NodeConfig.InitialRole.ACTIVE) {
            activeUnlessPeer(replication, roles);
        }
        roles.backupAtStart();
        liveTraffic(config);
        if (config.ha().keepalivedFifo() == null) {
            boolean stands = config.ha().onPeerLoss() == NodeConfig.OnPeerLoss.PROMOTE;
            Election election = opened(
                    new Election(stands, config.cluster().members().size(), identity, roles, replication, turns));
            election.start();
        }
        HighAvailability ha = opened(new HighAvailability(config.ha(), roles, identity, replication, clock));
        ha.start();
        summary = () -> summary(identity, internal, external, replication);
        NodeParts nodeParts = new NodeParts(
                config,
                clock,
                identity,
                table,
                internal,
                external,
                feed,
                rereader,
                replication,
                roles,
                ha,
                writeThrough,
                control::drops,
                () -> http == null ? Map.of() : http.counters(),
                keys == null ? KeyState.NONE : keys,
                stop);
        commands.set(new NodeCommands(nodeParts));
        if (http != null) {
            LivingThreads threads = LivingThreads.ofNode();
            pages.set(opened(new NodePages(nodeParts, threads::complaint, http::counters)));
        }
        opened(Rehearsal.later(table.timeouts(), liberal, filter, limit, clock));
    }

    private static String summary(
            Identity identity, InternalCache internal, ExternalCache external, Replication replication) {
        List<PeerStatus> peers = replication.peers();
        long up = peers.stream().filter(PeerStatus::up).count();
        long inParity =
                peers.stream().filter(peer -> peer.up() && peer.parity()).count();
        return identity.standing().role().text() + ", " + internal.size(Kind.CONNTRACK) + " own entries, "
                + external.size(Kind.CONNTRACK) + " of peers, "
                + (up == 0 ? "no peer in sight" : inParity + " of " + up + " peers in parity");
    }

    private static HttpServer http(NodeConfig.Http wanted, AtomicReference<Pages> pages) throws HttpException {
        Endpoint address = wanted.address();
        return HttpServer.open(
                new InetSocketAddress(address.address(), address.port()),
                path -> pages.get().at(path));
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /** Not by the thread that received it: a turn of the writer may be a whole table's. */
    private static void wake(@Nullable WriteThrough writer) {
        if (writer != null) {
            writer.wake();
        }
    }

    /** Peers that are there say at once whether they are active; none of them is waited for long. */
    private static void activeUnlessPeer(Replication replication, RoleKeeper roles) {
        replication.awaitHellos(500);
        boolean active = roles.activeAtStart();
        LOG.log(System.Logger.Level.INFO, active ? "starting as active" : "starting as backup");
    }

    private void liveTraffic(NodeConfig config) throws KeyFileException {
        Userspace wanted = config.userspace();
        UserspaceTable table = userspaceTable;
        if (table != null && wanted != null && wanted.queue() != null) {
            SynProxySettings proxy = SynProxyConfig.of(config);
            if (proxy != null) {
                table.protect(proxy, opened(LiveQueues.outlet(wanted))::send);
            }
            if (wanted.overload().probe()) {
                table.sender(opened(LiveQueues.outlet(wanted))::send);
            }
            opened(LiveQueues.open(wanted, wanted.queue(), table));
        }
    }

    private ConntrackTable table(NodeConfig config) {
        String without = TrackerConfig.withoutEffect(config);
        if (without != null) {
            LOG.log(System.Logger.Level.WARNING, without);
        }
        return switch (config.table()) {
            case KERNEL -> new KernelTable();
            case USERSPACE -> {
                UserspaceTable table = UserspaceTable.open(TrackerConfig.settings(config.userspace()));
                userspaceTable = table;
                yield table;
            }
        };
    }

    private static ChannelSettings channelSettings(NodeConfig config, Keyring keys) throws ChannelException {
        NodeConfig.Cluster cluster = config.cluster();
        InetAddress bind = cluster.bindAddress();
        String device = cluster.bindInterface();
        if (bind == null) {
            bind = addressOf(device == null ? "" : device, cluster.multicastAddress() instanceof Inet4Address);
        }
        List<InetSocketAddress> members = new ArrayList<>();
        for (Endpoint member : cluster.members()) {
            members.add(new InetSocketAddress(member.address(), member.port()));
        }
        boolean multicast = cluster.transport() == NodeConfig.Transport.MULTICAST;
        return new ChannelSettings(
                config.node(),
                cluster.name(),
                bind,
                multicast ? Transport.MULTICAST : Transport.TCP,
                multicast ? Optional.of(cluster.multicastAddress()) : Optional.empty(),
                cluster.port(),
                members,
                keys,
                ChannelSettings.DEFAULT_DATAGRAM_BYTES);
    }

    private static InetAddress addressOf(String device, boolean ipv4) throws ChannelException {
        try {
            NetworkInterface found = NetworkInterface.getByName(device);
            if (found == null) {
                throw new ChannelException("cluster.interface " + device + " does not exist: see `ip link`");
            }
            return found.inetAddresses()
                    .filter(address -> address instanceof Inet4Address == ipv4)
                    .findFirst()
                    .orElseThrow(() -> new ChannelException("cluster.interface " + device + " has no "
                            + (ipv4 ? "IPv4" : "IPv6") + " address: give it one or set cluster.bind-address"));
        } catch (SocketException unreadable) {
            throw new ChannelException("cluster.interface " + device + " cannot be read: " + unreadable.getMessage());
        }
    }

    private static List<InetAddress> clusterAddresses(ChannelSettings channel) {
        List<InetAddress> addresses = new ArrayList<>();
        addresses.add(channel.bindAddress());
        channel.multicastAddress().ifPresent(addresses::add);
        return addresses;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failure) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "closing {0} failed: {1}",
                        part.getClass().getSimpleName(),
                        failure);
            }
        }
    }
}
