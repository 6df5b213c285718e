package org.conntwin.tracker.userspace.helper.pptp;

import java.util.List;
import java.util.Set;
import org.conntwin.tracker.model.Expectation.Nat;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Expected;
import org.conntwin.tracker.userspace.expect.Wanted;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.helper.Helper;
import org.conntwin.tracker.userspace.helper.Inspection;
import org.conntwin.tracker.userspace.helper.PayloadText;
import org.conntwin.tracker.userspace.helper.Siblings;
import org.conntwin.tracker.userspace.helper.Verdict;
import org.conntwin.tracker.userspace.helper.pptp.PptpMemory.Call;
import org.conntwin.tracker.userspace.helper.pptp.PptpMemory.Session;

/**
 * PPTP (RFC 2637): a call that both ends agree on is expected as GRE in both directions, whichever comes first, for
 * 300 s; one call a control connection. Its packets' source keys are known from then on. Behaves as
 * {@code nf_conntrack_pptp}; what the messages say never leads to a drop. Where
 * the connection is translated, the call is known to the server by the port that the client has there ({@code
 * nf_nat_pptp}).
 */
public final class PptpHelper implements Helper {
    private static final List<ExpectPolicy> POLICIES = List.of(new ExpectPolicy(2, 300));
    private static final int CONTROL = 1;
    private static final long COOKIE = 0x1a2b3c4dL;
    /** Bytes up to what a message says of its own. */
    static final int BODY = 12;

    private static final int OK = 1;
    /** Least bytes of the messages' bodies, by number. */
    private static final int[] LEAST = {0, 144, 144, 4, 4, 0, 0, 156, 20, 208, 12, 16, 4, 136, 28, 12};

    private static final int START_REQUEST = 1;
    private static final int START_REPLY = 2;
    private static final int STOP_REQUEST = 3;
    private static final int STOP_REPLY = 4;
    static final int OUT_REQUEST = 7;
    static final int OUT_REPLY = 8;
    private static final int IN_REQUEST = 9;
    static final int IN_REPLY = 10;
    static final int IN_CONNECTED = 11;
    static final int CLEAR_REQUEST = 12;
    static final int DISCONNECTED = 13;
    static final int ERROR = 14;
    static final int LINK = 15;

    private final GreKeys keys;

    /** One for all flows of a tracker; {@code keys} learns those of the calls. */
    public PptpHelper(GreKeys keys) {
        this.keys = keys;
    }

    @Override
    public String name() {
        return "pptp";
    }

    @Override
    public Set<Integer> protocols() {
        return Set.of(Protocol.TCP);
    }

    @Override
    public List<ExpectPolicy> policies() {
        return POLICIES;
    }

    @Override
    public Verdict inspect(Inspection packet) {
        PayloadText text = packet.text();
        if (!packet.established()
                || packet.flow().family() != Family.IPV4
                || text.length() < BODY
                || text.u16(2) != CONTROL
                || text.u32(4) != COOKIE) {
            return Verdict.ACCEPT;
        }
        int message = text.u16(8);
        if (message >= LEAST.length || text.length() - BODY < LEAST[message]) {
            return Verdict.ACCEPT;
        }
        PptpMemory memory = PptpMemory.of(packet.flow());
        boolean valid = packet.direction() == Flow.ORIGINAL
                ? client(memory, message, text)
                : server(packet, memory, message, text);
        return valid && packet.translated() ? TranslatedCall.pass(packet, memory, message) : Verdict.ACCEPT;
    }

    /** Whether the message fits what was said so far. */
    private static boolean client(PptpMemory memory, int message, PayloadText text) {
        switch (message) {
            case START_REQUEST -> {
                if (memory.session != Session.NONE) {
                    return false;
                }
                memory.session = Session.REQUESTED;
            }
            case STOP_REQUEST -> memory.session = Session.STOPPING;
            case OUT_REQUEST -> {
                if (memory.session != Session.CONFIRMED) {
                    return false;
                }
                memory.call = Call.OUT_REQUESTED;
                memory.clientId = text.u16(BODY);
            }
            case IN_REPLY -> {
                boolean asked = memory.call == Call.IN_REQUESTED || memory.call == Call.IN_ANSWERED;
                if (!asked || memory.serverId != text.u16(BODY + 2)) {
                    return false;
                }
                boolean accepted = text.at(BODY + 4) == OK;
                memory.call = accepted ? Call.IN_ANSWERED : Call.NONE;
                memory.clientId = accepted ? text.u16(BODY) : memory.clientId;
            }
            case CLEAR_REQUEST -> {
                if (memory.session != Session.CONFIRMED) {
                    return false;
                }
                memory.call = Call.CLEARING;
            }
            default -> {}
        }
        return true;
    }

    private boolean server(Inspection packet, PptpMemory memory, int message, PayloadText text) {
        switch (message) {
            case START_REPLY -> {
                if (memory.session.compareTo(Session.REQUESTED) >= 0) {
                    memory.session = text.at(BODY + 2) == OK ? Session.CONFIRMED : Session.FAILED;
                }
            }
            case STOP_REPLY -> {
                if (memory.session.compareTo(Session.STOPPING) <= 0) {
                    memory.session = text.at(BODY) == OK ? Session.NONE : Session.FAILED;
                }
            }
            case OUT_REPLY -> {
                boolean asked = memory.call == Call.OUT_REQUESTED || memory.call == Call.OUT_CONFIRMED;
                if (memory.session != Session.CONFIRMED || !asked || memory.clientId != text.u16(BODY + 2)) {
                    return false;
                }
                memory.call = Call.NONE;
                if (text.at(BODY + 4) == OK) {
                    memory.call = Call.OUT_CONFIRMED;
                    memory.serverId = text.u16(BODY);
                    expect(packet, memory);
                }
            }
            case IN_REQUEST -> {
                if (memory.session != Session.CONFIRMED) {
                    return false;
                }
                memory.call = Call.IN_REQUESTED;
                memory.serverId = text.u16(BODY);
            }
            case IN_CONNECTED -> {
                boolean answered = memory.call == Call.IN_ANSWERED || memory.call == Call.IN_CONFIRMED;
                if (memory.session != Session.CONFIRMED || !answered || memory.clientId != text.u16(BODY)) {
                    return false;
                }
                memory.call = Call.IN_CONFIRMED;
                expect(packet, memory);
            }
            case DISCONNECTED -> {
                memory.call = Call.NONE;
                forget(packet.flow(), memory, packet.siblings(), packet.now());
            }
            default -> {}
        }
        return true;
    }

    /** Both directions, or none. */
    private void expect(Inspection packet, PptpMemory memory) {
        Tuple fromClient = memory.packets(packet.flow(), Flow.ORIGINAL);
        Tuple fromServer = memory.packets(packet.flow(), Flow.REPLY);
        Wanted first = Wanted.exactly(fromClient);
        Wanted second = Wanted.exactly(fromServer);
        if (packet.translated()) {
            first = first.translated(null, packet.back(0, 0, memory.clientId, false));
            second = second.translated(null, packet.back(0, 0, memory.ownClientId, true));
        }
        if (packet.expect(first) != Outcome.DONE) {
            return;
        }
        boolean both = packet.expect(second) == Outcome.DONE;
        if (both && learn(memory, fromClient, fromServer)) {
            return;
        }
        if (both) {
            packet.siblings().unexpect(fromServer, packet.flow().zone(), packet.now());
        }
        packet.siblings().unexpect(fromClient, packet.flow().zone(), packet.now());
    }

    /** A control connection has keys of one call at a time; those may be told again. */
    private boolean learn(PptpMemory memory, Tuple fromClient, Tuple fromServer) {
        GreKeys.Known client = memory.clientKeys;
        if (client != null && !client.shows(fromClient)) {
            return false;
        }
        if (client == null) {
            memory.clientKeys = keys.add(fromClient);
            if (memory.clientKeys == null) {
                return false;
            }
        }
        GreKeys.Known server = memory.serverKeys;
        if (server != null && !server.shows(fromServer)) {
            unlearn(memory);
            return false;
        }
        if (server == null) {
            memory.serverKeys = keys.add(fromServer);
            if (memory.serverKeys == null) {
                unlearn(memory);
                return false;
            }
        }
        return true;
    }

    private void unlearn(PptpMemory memory) {
        if (memory.clientKeys != null) {
            keys.remove(memory.clientKeys);
            memory.clientKeys = null;
        }
        if (memory.serverKeys != null) {
            keys.remove(memory.serverKeys);
            memory.serverKeys = null;
        }
    }

    private void forget(Flow control, PptpMemory memory, Siblings siblings, long now) {
        unlearn(memory);
        // By the id that the server knows, also where the client knows another one (kernel behaviour).
        siblings.end(PptpMemory.packets(control, Flow.ORIGINAL, memory.clientId, memory.serverId), control.zone(), now);
        siblings.end(PptpMemory.packets(control, Flow.REPLY, memory.clientId, memory.serverId), control.zone(), now);
    }

    /** The tuple of a call has both of its ids: the keys of its packets travel with its entry and its expectations. */
    @Override
    public void relatedRestored(Flow flow, Tuple related) {
        PptpMemory memory = PptpMemory.of(flow);
        if (related.protocol() != Protocol.GRE || related.sourceKey() == 0 || memory.clientKeys != null) {
            return;
        }
        Tuple control = flow.tuple(Flow.ORIGINAL);
        boolean fromClient = related.sourceHigh() == control.sourceHigh() && related.sourceLow() == control.sourceLow();
        memory.clientId = fromClient ? related.sourceKey() : related.destinationKey();
        memory.serverId = fromClient ? related.destinationKey() : related.sourceKey();
        memory.session = Session.CONFIRMED;
        memory.call = Call.OUT_CONFIRMED;
        if (Status.translated(flow.status) && fromClient) {
            memory.ownClientId = memory.clientId;
            memory.clientId = flow.tuple(Flow.REPLY).destinationKey();
        }
        learn(memory, memory.packets(flow, Flow.ORIGINAL), memory.packets(flow, Flow.REPLY));
    }

    /** The call has begun in one direction: the other one is no flow of its own. */
    @Override
    public void fulfilled(Flow flow, Expected expected, Siblings siblings, long now) {
        Nat nat = expected.wanted().nat();
        Tuple other = expected.wanted().tuple().inverted();
        if (nat != null && expected.master().extras().helperMemory instanceof PptpMemory memory) {
            // The client's packets are looked for without ids there, so they stay expected (kernel behaviour).
            other = nat.replyDirection()
                    ? PptpMemory.packets(expected.master(), Flow.ORIGINAL, 0, 0)
                    : memory.packets(expected.master(), Flow.REPLY);
        }
        siblings.unexpect(other, flow.zone(), now);
    }

    @Override
    public void ended(Flow flow, Siblings siblings, long now) {
        if (flow.extras().helperMemory instanceof PptpMemory memory) {
            forget(flow, memory, siblings, now);
        }
    }

    /** Without the call nobody needs its keys. */
    @Override
    public void childEnded(Flow child, Flow flow) {
        if (child.protocol() == Protocol.GRE && flow.extras().helperMemory instanceof PptpMemory memory) {
            unlearn(memory);
        }
    }
}
