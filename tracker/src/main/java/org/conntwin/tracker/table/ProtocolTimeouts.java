package org.conntwin.tracker.table;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.ProtocolState;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;

/**
 * Full lifetimes by protocol and state, in seconds. An entry that its owner has not destroyed is alive:
 * it is committed with the lifetime of its state, never with what was left when it was last heard of.
 *
 * @param tcp by TCP state number
 * @param sctp by SCTP state number
 */
public record ProtocolTimeouts(
        List<Integer> tcp,
        List<Integer> sctp,
        int udp,
        int udpStream,
        int icmp,
        int icmpv6,
        int gre,
        int greStream,
        int generic) {

    private static final String[] TCP_NAMES = {
        "", "syn_sent", "syn_recv", "established", "fin_wait", "close_wait", "last_ack", "time_wait", "close",
    };
    private static final int[] TCP_DEFAULTS = {120, 120, 60, 432_000, 120, 60, 30, 120, 10, 120};
    private static final String[] SCTP_NAMES = {
        "",
        "closed",
        "cookie_wait",
        "cookie_echoed",
        "established",
        "shutdown_sent",
        "shutdown_recd",
        "shutdown_ack_sent",
        "heartbeat_sent",
    };
    private static final int[] SCTP_DEFAULTS = {10, 10, 3, 3, 210, 3, 3, 3, 30};

    /** What Linux 6.18 starts with. */
    public static final ProtocolTimeouts LINUX = from(name -> -1);

    /**
     * Asks {@code setting} for each lifetime by the end of the kernel's sysctl name, for instance
     * {@code tcp_timeout_established}; a negative answer means the default of Linux 6.18.
     */
    public static ProtocolTimeouts from(ToIntFunction<String> setting) {
        int[] tcp = TCP_DEFAULTS.clone();
        for (int state = 1; state < TCP_NAMES.length; state++) {
            tcp[state] = orDefault(setting, "tcp_timeout_" + TCP_NAMES[state], tcp[state]);
        }
        tcp[TcpState.SYN_SENT2] = tcp[TcpState.SYN_SENT];
        int[] sctp = SCTP_DEFAULTS.clone();
        for (int state = 1; state < SCTP_NAMES.length; state++) {
            sctp[state] = orDefault(setting, "sctp_timeout_" + SCTP_NAMES[state], sctp[state]);
        }
        return new ProtocolTimeouts(
                boxed(tcp),
                boxed(sctp),
                orDefault(setting, "udp_timeout", 30),
                orDefault(setting, "udp_timeout_stream", 120),
                orDefault(setting, "icmp_timeout", 30),
                orDefault(setting, "icmpv6_timeout", 30),
                orDefault(setting, "gre_timeout", 30),
                orDefault(setting, "gre_timeout_stream", 180),
                orDefault(setting, "generic_timeout", 600));
    }

    private static List<Integer> boxed(int[] values) {
        return IntStream.of(values).boxed().toList();
    }

    private static int orDefault(ToIntFunction<String> setting, String name, int fallback) {
        int value = setting.applyAsInt(name);
        return value < 0 ? fallback : value;
    }

    /** The full lifetime of the entry in its present state, in seconds. */
    public int of(Conntrack entry) {
        boolean assured = entry.has(Status.ASSURED);
        ProtocolState state = entry.state();
        return switch (entry.original().protocol()) {
            case Protocol.TCP ->
                tcp.get(state instanceof TcpState known ? Math.min(known.state(), TcpState.SYN_SENT2) : 0);
            case Protocol.SCTP -> sctp.get(state instanceof SctpState known ? Math.min(known.state(), 8) : 0);
            case Protocol.UDP, Protocol.UDPLITE -> assured ? udpStream : udp;
            case Protocol.ICMP -> icmp;
            case Protocol.ICMPV6 -> icmpv6;
            case Protocol.GRE -> assured ? greStream : gre;
            default -> generic;
        };
    }
}
