package org.conntwin.node.command;

import java.util.Map;
import java.util.function.Supplier;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.InternalCache;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.ha.HighAvailability;
import org.conntwin.node.local.TableFeed;
import org.conntwin.node.local.TableRereader;
import org.conntwin.node.local.WriteThrough;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.node.role.RoleKeeper;
import org.conntwin.node.time.Clock;
import org.conntwin.tracker.table.ConntrackTable;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a running node that commands work on.
 *
 * @param writeThrough null while received entries wait in the external cache
 * @param controlDrops what the control socket dropped, by cause
 * @param httpRequests requests over HTTP by what became of them; empty without HTTP
 * @param keys which keys the node uses
 * @param stop begins a clean stop
 */
public record NodeParts(
        NodeConfig config,
        Clock clock,
        Identity identity,
        ConntrackTable table,
        InternalCache internal,
        ExternalCache external,
        TableFeed feed,
        TableRereader rereader,
        Replication replication,
        RoleKeeper roles,
        HighAvailability ha,
        @Nullable WriteThrough writeThrough,
        Supplier<Map<String, Long>> controlDrops,
        Supplier<Map<String, Long>> httpRequests,
        KeyState keys,
        Runnable stop) {}
