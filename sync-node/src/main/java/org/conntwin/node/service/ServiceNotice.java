package org.conntwin.node.service;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.conntwin.tracker.netlink.ffi.SocketCallException;
import org.conntwin.tracker.netlink.ffi.UnixDatagram;

/**
 * Tells the service manager how the node does: one datagram a notice to the socket that {@code NOTIFY_SOCKET} names
 * (sd_notify(3)). Without that variable nothing is told. Thread-safe; never fails, as a node is worth more than a notice.
 */
public final class ServiceNotice {
    private static final System.Logger LOG = System.getLogger(ServiceNotice.class.getName());

    private final String socket;
    private final Optional<Duration> watchdog;

    private ServiceNotice(String socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * Whom this process shall tell.
     *
     * @param environment of the process
     * @param pid its id: a watchdog that was meant for another process is not this one's
     */
    public static ServiceNotice of(Map<String, String> environment, long pid) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        boolean possible = socket.startsWith("/") || socket.startsWith("@");
        if (!possible && !socket.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, "NOTIFY_SOCKET {0} is neither a path nor an abstract name", socket);
        }
        return new ServiceNotice(possible ? socket : "", interval(environment, pid));
    }

    private static Optional<Duration> interval(Map<String, String> environment, long pid) {
        String meant = environment.getOrDefault("WATCHDOG_PID", "");
        if (!meant.isEmpty() && !meant.equals(Long.toString(pid))) {
            return Optional.empty();
        }
        try {
            long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return micros > 0 ? Optional.of(Duration.ofNanos(Math.multiplyExact(micros, 1_000L))) : Optional.empty();
        } catch (ArithmeticException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Whether anybody wants to be told. */
    public boolean wanted() {
        return !socket.isEmpty();
    }

    /** After how long a silence the service manager ends this process; empty when it does not watch. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /** The node runs. */
    public void ready(String status) {
        tell("READY=1\n" + line(status));
    }

    /** How it does, one line. */
    public void status(String status) {
        tell(line(status));
    }

    /** It is alive, and how it does. */
    public void alive(String status) {
        tell("WATCHDOG=1\n" + line(status));
    }

    /** It begins to stop. */
    public void stopping() {
        tell("STOPPING=1\n" + line("stopping"));
    }

    private static String line(String status) {
        return "STATUS=" + status.replace('\n', ' ');
    }

    private void tell(String state) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            UnixDatagram.send(socket, state.getBytes(StandardCharsets.UTF_8));
        } catch (SocketCallException unheard) {
            LOG.log(System.Logger.Level.WARNING, "the service manager cannot be told: {0}", unheard.getMessage());
        }
    }
}
