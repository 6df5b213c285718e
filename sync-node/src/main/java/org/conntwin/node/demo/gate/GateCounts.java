package org.conntwin.node.demo.gate;

import org.conntwin.node.demo.stage.DemoException;

/**
 * What a firewall did with packets since it started.
 *
 * @param passed sent on to the other side
 * @param invalid dropped as they belong to no flow although they should
 * @param refused dropped as nobody may begin a flow with them: from outside, or without a SYN
 * @param dropped dropped by the tracker itself
 * @param lost let through, but refused by the machine when they were sent on
 */
public record GateCounts(long passed, long invalid, long refused, long dropped, long lost) {
    /** The line that carries it from the firewall to the demo. */
    public String line() {
        return "COUNTS " + passed + " " + invalid + " " + refused + " " + dropped + " " + lost;
    }

    /** Reads {@link #line}. */
    public static GateCounts parse(String line) throws DemoException {
        if (!line.matches("COUNTS( \\d{1,18}){5}")) {
            throw new DemoException("a firewall reported nonsense: " + line);
        }
        String[] words = line.split(" ", -1);
        return new GateCounts(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]));
    }
}
