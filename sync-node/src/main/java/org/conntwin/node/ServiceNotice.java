package org.conntwin.node;

import java.io.IOException;

/**
 * Tells systemd how the service does ({@code sd_notify}), when it was started by systemd with
 * {@code Type=notify}. Java has no datagram sockets of the Unix domain: systemd's own tool sends it.
 */
final class ServiceNotice {
    private static final System.Logger LOG = System.getLogger(ServiceNotice.class.getName());

    private ServiceNotice() {}

    static void ready() {
        tell("READY=1");
    }

    static void stopping() {
        tell("STOPPING=1");
    }

    private static void tell(String state) {
        String socket = System.getenv("NOTIFY_SOCKET");
        if (socket == null || socket.isEmpty()) {
            return;
        }
        try {
            Process tool = new ProcessBuilder(
                            "systemd-notify", "--pid=" + ProcessHandle.current().pid(), state)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int result = tool.waitFor();
            if (result != 0) {
                LOG.log(System.Logger.Level.WARNING, "systemd-notify {0} ended with {1}", state, result);
            }
        } catch (IOException missing) {
            LOG.log(System.Logger.Level.WARNING, "systemd cannot be told {0}: {1}", state, missing.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
