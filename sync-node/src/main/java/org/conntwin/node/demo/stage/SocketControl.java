package org.conntwin.node.demo.stage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.conntwin.node.control.ControlClient;
import org.conntwin.node.control.ControlException;

/**
 * Commands by way of a node's control socket, from this process.
 *
 * @param socket the node's
 */
public record SocketControl(Path socket) implements NodeControl {
    @Override
    public String send(List<String> command) throws DemoException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            int code = ControlClient.run(socket, command, null, out, err);
            if (code != 0) {
                String reason =
                        err.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("exit code " + code);
                throw new DemoException("'" + String.join(" ", command) + "' failed on the node: " + reason);
            }
            return out.toString(StandardCharsets.UTF_8);
        } catch (ControlException | IOException e) {
            throw new DemoException("'" + String.join(" ", command) + "' failed on the node: " + e.getMessage(), e);
        }
    }
}
