package org.conntwin.node;

import java.nio.file.Path;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.NodeConfig;

/** Configurations of two nodes, fw1 and fw2, on userspace tables and the loopback network. */
final class LoopbackConfig {
    private LoopbackConfig() {}

    /**
     * That of one of them.
     *
     * @param number 1 or 2
     * @param port of the cluster
     * @param more further sections, as in a configuration file
     */
    static NodeConfig of(int number, int port, Path socket, String more) {
        String text = """
                node: fw%d
                table: userspace
                cluster:
                  name: test
                  bind-address: 127.0.0.%d
                  transport: tcp
                  port: %d
                  members: [127.0.0.1, 127.0.0.2]
                  insecure: true
                control: {socket: %s}
                """.formatted(number, number, port, socket);
        return switch (ConfigReader.parse(text + more, "test")) {
            case ConfigResult.Valid(var valid) -> valid;
            case ConfigResult.Invalid(var errors) -> throw new AssertionError(errors);
        };
    }
}
