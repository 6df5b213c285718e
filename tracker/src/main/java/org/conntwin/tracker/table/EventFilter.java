package org.conntwin.tracker.table;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.AddressPrefix;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;

/**
 * The flows that a listener wants to hear of. A table may leave out events of others where that is less work than to
 * deliver them, so a listener never relies on it, and it hears an event in each case where something may have to be
 * forgotten:
 *
 * <ul>
 *   <li>of a flow that does not {@linkplain #suits suit}, which none does later, everything may be left out, its end only
 *       where {@code ends} is not set;
 *   <li>of a TCP flow that suits but for its state, only its beginning.
 * </ul>
 *
 * @param protocols wanted IP protocols; empty for all
 * @param zones ids of wanted zones; empty for all
 * @param tcpStates wanted states of TCP flows; empty for all
 * @param excluded flows with one of these addresses in either tuple are not wanted
 * @param local flows that are not translated and end at one of these are not wanted: they never leave this host
 * @param expectations whether any expectation is wanted
 * @param ends whether the end of every flow is wanted, also of those that do not suit
 */
public record EventFilter(
        Set<Integer> protocols,
        Set<Integer> zones,
        Set<Integer> tcpStates,
        List<AddressPrefix> excluded,
        List<AddressPrefix> local,
        boolean expectations,
        boolean ends) {

    /** Everything is wanted. */
    public static final EventFilter ALL =
            new EventFilter(Set.of(), Set.of(), Set.of(), List.of(), List.of(), true, true);

    /** Copies what it is given. */
    public EventFilter {
        protocols = Set.copyOf(protocols);
        zones = Set.copyOf(zones);
        tcpStates = Set.copyOf(tcpStates);
        excluded = List.copyOf(excluded);
        local = List.copyOf(local);
    }

    /** Whether the entry is wanted as it is. A TCP state that is not told is taken to be a wanted one. */
    public boolean wants(Conntrack entry) {
        return suits(entry) && hasWantedState(entry);
    }

    private boolean hasWantedState(Conntrack entry) {
        return tcpStates.isEmpty()
                || entry.original().protocol() != Protocol.TCP
                || !(entry.state() instanceof TcpState tcp)
                || tcpStates.contains(tcp.state());
    }

    /** Whether the flow is wanted by what stays as it is for its whole life: all but its state. */
    public boolean suits(Conntrack entry) {
        if (!protocols.isEmpty() && !protocols.contains(entry.original().protocol())) {
            return false;
        }
        if (!zones.isEmpty() && !zones.contains(entry.zone().id())) {
            return false;
        }
        for (AddressPrefix prefix : excluded) {
            if (prefix.touches(entry.original()) || prefix.touches(entry.reply())) {
                return false;
            }
        }
        return !staysHere(entry);
    }

    /** A translated flow to a local address is forwarded traffic; a plain one ends at this host. */
    private boolean staysHere(Conntrack entry) {
        if (Status.translated(entry.status())) {
            return false;
        }
        for (AddressPrefix prefix : local) {
            if (prefix.touches(entry.original())) {
                return true;
            }
        }
        return false;
    }
}
