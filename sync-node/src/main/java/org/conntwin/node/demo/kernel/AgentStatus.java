package org.conntwin.node.demo.kernel;

import org.conntwin.node.demo.stage.DemoException;

/**
 * How all flows of one end stand, in numbers.
 *
 * @param flows all flows
 * @param moving flows over which verified bytes came at some time
 * @param moved flows over which verified bytes came since the mark
 * @param closed TCP flows that ended in order
 * @param failed flows that ended out of order
 */
record AgentStatus(int flows, int moving, int moved, int closed, int failed) {
    /** The line that carries it from the program in the end host to the demo. */
    String line() {
        return "STATUS " + flows + " " + moving + " " + moved + " " + closed + " " + failed;
    }

    /** Reads {@link #line}. */
    static AgentStatus parse(String line) throws DemoException {
        if (!line.matches("STATUS( \\d{1,9}){5}")) {
            throw new DemoException("a traffic program reported nonsense: " + line);
        }
        String[] words = line.split(" ", -1);
        return new AgentStatus(
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]),
                Integer.parseInt(words[5]));
    }
}
