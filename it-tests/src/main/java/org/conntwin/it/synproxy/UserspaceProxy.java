package org.conntwin.it.synproxy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.conntwin.tracker.userspace.packet.Packet;
import org.conntwin.tracker.userspace.packet.PacketReader;
import org.conntwin.tracker.userspace.packet.PacketShape;
import org.conntwin.tracker.userspace.synproxy.CookieSecret;
import org.conntwin.tracker.userspace.synproxy.SynProxyRule;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.conntwin.tracker.userspace.track.PacketState;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.Tracking;
import org.jspecify.annotations.Nullable;

/** The userspace tracker's, with the kernel's rules; connections may be picked up in the middle elsewhere. */
final class UserspaceProxy implements Proxy {
    private final UserspaceTable table = UserspaceTable.open(TrackerSettings.LINUX);
    private final PacketReader reader = new PacketReader(true);
    private final Packet packet = new Packet();
    private final Tracking tracking = new Tracking();
    private Out out = new Out(new ArrayList<>(), new ArrayList<>());

    UserspaceProxy() {
        List<SynProxyRule> rules = List.of(
                rule(80, 1460, 7, true, true), rule(81, 1300, 3, false, false), rule(82, 1440, 14, true, false));
        table.protect(new SynProxySettings(rules, CookieSecret.random()), (bytes, start, length) -> {
            sort(Arrays.copyOfRange(bytes, start, start + length));
            return true;
        });
    }

    private static SynProxyRule rule(int port, int mss, int scale, boolean timestamp, boolean sack) {
        return new SynProxyRule(Family.IPV4, 0, 0x0a80_0000, 10, port, mss, scale, timestamp, sack, false, false);
    }

    /** Clients are in 10.64.0.0/10. */
    private void sort(byte[] sent) {
        ((sent[17] & 0xc0) == 0x40 ? out.toClient() : out.toServer()).add(new Seen(sent));
    }

    @Override
    public Out send(byte[] bytes, boolean fromServer) {
        out = new Out(new ArrayList<>(), new ArrayList<>());
        byte[] own = bytes.clone();
        if (reader.read(own, 0, own.length, own.length, packet) == PacketShape.WHOLE) {
            table.pass(packet, 0, tracking);
            if (!tracking.dropped && tracking.state != PacketState.INVALID) {
                sort(Arrays.copyOfRange(own, packet.start, packet.length));
            }
        }
        return out;
    }

    @Override
    public @Nullable Conntrack find(Tuple original) {
        return table.find(original, Zone.DEFAULT);
    }

    @Override
    public void close() {
        table.close();
    }
}
