package org.conntwin.node.demo.stage;

import java.util.List;

/** Gives commands to a running node. */
public interface NodeControl {
    /**
     * Gives one command and waits for its end.
     *
     * @param command as on the command line, without the global options
     * @return what the node printed
     * @throws DemoException when the node refused, failed or cannot be reached
     */
    String send(List<String> command) throws DemoException;
}
