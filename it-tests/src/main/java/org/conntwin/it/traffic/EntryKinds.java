package org.conntwin.it.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.conntwin.it.lab.LabException;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.SequenceAdjustment;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.TableChange;

/** One entry of every kind that a kernel table can hold, each with a source port or key of its own. */
public final class EntryKinds {
    private static final int LIFETIME_SECONDS = 600;
    private static final int ANSWERED = Status.CONFIRMED | Status.SEEN_REPLY;
    private static final int ASSURED = ANSWERED | Status.ASSURED;
    private static final int OTHER_PROTOCOL = 99;
    private static final int ECHO_REQUEST = 8 << 8;
    private static final int ECHO_REQUEST_V6 = 128 << 8;

    private final List<TableChange> changes = new ArrayList<>();
    private int nextKey = 1_000;

    private EntryKinds() {}

    /** What makes them, masters before what relates to them. */
    public static List<TableChange> all() {
        EntryKinds kinds = new EntryKinds();
        kinds.transports();
        kinds.translations();
        kinds.properties();
        kinds.familyOfAMaster();
        return kinds.changes;
    }

    private void transports() {
        for (int state = TcpState.NONE; state <= TcpState.SYN_SENT2; state++) {
            TcpState tcp = new TcpState(state, 7, 9, TcpState.WINDOW_SCALE, TcpState.WINDOW_SCALE);
            add(v4(Protocol.TCP, nextKey++, 80), entry -> {
                entry.state = tcp;
                entry.status = tcp.state() <= TcpState.SYN_SENT ? Status.CONFIRMED : ASSURED;
            });
        }
        add(v4(Protocol.UDP, nextKey++, 53), entry -> entry.status = ASSURED);
        add(v4(Protocol.UDP, nextKey++, 53), entry -> entry.status = Status.CONFIRMED);
        add(v4(Protocol.UDPLITE, nextKey++, 53), entry -> entry.status = ANSWERED);
        add(v4(Protocol.ICMP, nextKey++, ECHO_REQUEST), entry -> entry.status = ANSWERED);
        for (int state = 1; state < SctpState.NAMES.size(); state++) {
            SctpState sctp = new SctpState(state, 0x01020304, 0x05060708);
            add(v4(Protocol.SCTP, nextKey++, 3868), entry -> entry.state = sctp);
        }
        add(v4(Protocol.GRE, 1, 2), entry -> entry.status = ANSWERED);
        add(v4(Protocol.GRE, 3, 2), entry -> entry.status = ANSWERED);
        add(v4(OTHER_PROTOCOL, 0, 0), entry -> entry.status = ANSWERED);
        add(v6(Protocol.TCP, nextKey++, 80), entry -> established(entry));
        add(v6(Protocol.UDP, nextKey++, 53), entry -> entry.status = ASSURED);
        add(v6(Protocol.ICMPV6, nextKey++, ECHO_REQUEST_V6), entry -> entry.status = ANSWERED);
    }

    private void translations() {
        Tuple source = v4(Protocol.TCP, nextKey++, 80);
        add(source, entry -> {
            established(entry);
            entry.reply = tuple(Protocol.TCP, "10.2.0.1", "192.0.2.1", 80, 40_000);
            entry.status |= Status.SRC_NAT;
        });
        Tuple destination = tuple(Protocol.TCP, "10.1.0.1", "192.0.2.7", nextKey, 8080);
        add(destination, entry -> {
            established(entry);
            entry.reply = tuple(Protocol.TCP, "10.2.0.9", "10.1.0.1", 80, nextKey);
            entry.status |= Status.DST_NAT;
        });
        nextKey++;
        Tuple both = tuple(Protocol.UDP, "10.1.0.1", "192.0.2.7", nextKey, 53);
        add(both, entry -> {
            entry.reply = tuple(Protocol.UDP, "10.2.0.9", "192.0.2.1", 5353, 40_001);
            entry.status = ASSURED | Status.SRC_NAT | Status.DST_NAT;
        });
        nextKey++;
        Tuple adjusted = v4(Protocol.TCP, nextKey++, 21);
        add(adjusted, entry -> {
            established(entry);
            entry.reply = tuple(Protocol.TCP, "10.2.0.1", "192.0.2.1", 21, 40_002);
            entry.status |= Status.SRC_NAT;
            entry.originalAdjustment = new SequenceAdjustment(123_456, 2, 5);
            entry.replyAdjustment = new SequenceAdjustment(654_321, -1, -3);
        });
        Tuple ipv6 = v6(Protocol.TCP, nextKey++, 80);
        add(ipv6, entry -> {
            established(entry);
            entry.reply = tuple(Protocol.TCP, "fd00:2::1", "fd00:9::1", 80, 40_003);
            entry.status |= Status.SRC_NAT;
        });
        Tuple ping = v4(Protocol.ICMP, nextKey++, ECHO_REQUEST);
        add(ping, entry -> {
            entry.reply = tuple(Protocol.ICMP, "10.2.0.1", "192.0.2.1", ping.sourceKey(), 0);
            entry.status = ANSWERED | Status.SRC_NAT;
        });
    }

    private void properties() {
        add(v4(Protocol.TCP, nextKey++, 80), entry -> {
            established(entry);
            entry.mark = 0xdeadbeef;
        });
        add(v4(Protocol.TCP, nextKey++, 80), entry -> {
            established(entry);
            entry.labels = Labels.NONE.with(3).with(127);
        });
        Tuple zoned = v4(Protocol.TCP, nextKey++, 80);
        add(zoned, entry -> established(entry));
        for (Zone.Scope scope : Zone.Scope.values()) {
            // The same addresses and ports again: only the zone tells these entries apart.
            Tuple tuple = scope == Zone.Scope.BOTH ? zoned : v4(Protocol.TCP, nextKey++, 80);
            add(tuple, entry -> {
                established(entry);
                entry.zone = Zone.of(7, scope);
            });
        }
        add(v4(Protocol.UDP, nextKey++, 53), entry -> entry.status = ASSURED | Status.FIXED_TIMEOUT);
    }

    private void familyOfAMaster() {
        Tuple control = v4(Protocol.TCP, nextKey++, 21);
        add(control, entry -> {
            established(entry);
            entry.helper = "ftp";
        });
        Tuple translatedControl = v4(Protocol.TCP, nextKey++, 21);
        add(translatedControl, entry -> {
            established(entry);
            entry.helper = "ftp";
            entry.reply = tuple(Protocol.TCP, "10.2.0.1", "192.0.2.1", 21, 40_004);
            entry.status |= Status.SRC_NAT;
        });
        add(v4(Protocol.TCP, nextKey++, 20_000), entry -> {
            established(entry);
            entry.master = control;
            entry.status |= Status.EXPECTED;
        });
        Tuple mask = tuple(Protocol.TCP, "255.255.255.255", "255.255.255.255", 0, 0xffff);
        expect(control, tuple(Protocol.TCP, "10.1.0.1", "10.2.0.1", 0, 20_001), mask, 0);
        expect(translatedControl, tuple(Protocol.TCP, "10.1.0.1", "10.2.0.1", 0, 20_002), mask, Expectation.PERMANENT);
    }

    private void expect(Tuple master, Tuple expected, Tuple mask, int flags) {
        changes.add(new TableChange.Expect(new Expectation(
                expected, mask, master, Zone.DEFAULT, LIFETIME_SECONDS, 0, flags, "ftp", null, null, 0)));
    }

    private void add(Tuple original, Consumer<ConntrackBuilder> properties) {
        ConntrackBuilder builder = new ConntrackBuilder();
        builder.original = original;
        builder.timeoutSeconds = LIFETIME_SECONDS;
        builder.status = Status.CONFIRMED;
        properties.accept(builder);
        Conntrack entry = builder.build();
        if (entry != null) {
            changes.add(new TableChange.Insert(entry));
        }
    }

    private static void established(ConntrackBuilder entry) {
        entry.state = new TcpState(TcpState.ESTABLISHED, 7, 7, TcpState.WINDOW_SCALE, TcpState.WINDOW_SCALE);
        entry.status = ASSURED;
    }

    private static Tuple v4(int protocol, int sourceKey, int destinationKey) {
        return tuple(protocol, "10.1.0.1", "10.2.0.1", sourceKey, destinationKey);
    }

    private static Tuple v6(int protocol, int sourceKey, int destinationKey) {
        return tuple(protocol, "fd00:1::1", "fd00:2::1", sourceKey, destinationKey);
    }

    private static Tuple tuple(int protocol, String source, String destination, int sourceKey, int destinationKey) {
        Addresses.Parsed from = address(source);
        Addresses.Parsed to = address(destination);
        return new Tuple(
                from.family(), protocol, from.high(), from.low(), to.high(), to.low(), sourceKey, destinationKey);
    }

    private static Addresses.Parsed address(String text) {
        Addresses.Parsed parsed = Addresses.parse(text);
        if (parsed == null) {
            throw new LabException("not an address: " + text);
        }
        return parsed;
    }
}
