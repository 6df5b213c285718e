package org.conntwin.node.userspace;

import org.conntwin.node.config.Userspace;
import org.conntwin.tracker.host.PacketOutlet;
import org.conntwin.tracker.netlink.ffi.SocketCallException;
import org.conntwin.tracker.queue.QueueException;
import org.conntwin.tracker.table.TableException;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.live.LiveSettings;
import org.conntwin.tracker.userspace.live.LiveTraffic;
import org.conntwin.tracker.userspace.live.StateBits;

/** Live traffic as a configuration wants it. */
public final class LiveQueues {
    private static final System.Logger LOG = System.getLogger(LiveQueues.class.getName());

    private LiveQueues() {}

    /**
     * Opens the queues.
     *
     * @throws TableException when the kernel refuses one of them
     */
    public static LiveTraffic open(Userspace config, Userspace.Range queues, UserspaceTable table) {
        // Packets that find a queue full go on unmarked where nothing is translated; a translated flow's must not.
        boolean failOpen = config.nat().isEmpty() && config.synproxy().isEmpty();
        try {
            LiveTraffic traffic = LiveTraffic.open(
                    table,
                    new LiveSettings(queues.first(), queues.last(), new StateBits(config.markShift()), failOpen));
            LOG.log(System.Logger.Level.INFO, "tracking the packets of queue {0}", queues);
            return traffic;
        } catch (QueueException | SocketCallException refused) {
            throw new TableException("userspace.queue: " + refused.getMessage());
        }
    }

    /**
     * Opens what sends the node's own packets, marked as such.
     *
     * @throws TableException when the kernel refuses
     */
    public static PacketOutlet outlet(Userspace config) {
        try {
            return new PacketOutlet(new StateBits(config.markShift()).ownMark());
        } catch (SocketCallException refused) {
            throw new TableException(
                    "the packets of userspace.synproxy and overload.probe cannot be sent: " + refused.getMessage());
        }
    }
}
