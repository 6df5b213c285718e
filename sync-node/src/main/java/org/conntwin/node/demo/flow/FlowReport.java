package org.conntwin.node.demo.flow;

import java.util.Locale;
import org.conntwin.node.demo.stage.DemoException;

/**
 * What one end says of one flow at the end.
 *
 * @param kind the protocol
 * @param id the flow's number, unique over both protocols
 * @param state how it stands
 * @param moved whether verified bytes came since the takeover
 * @param stallMicros the longest pause between verified bytes around the failover
 */
public record FlowReport(Kind kind, int id, State state, boolean moved, long stallMicros) {
    /** The protocol of a flow. */
    public enum Kind {
        TCP,
        UDP
    }

    /** How a flow stands at one end. */
    public enum State {
        /** Not connected yet, or the other end has not said which flow it is. */
        OPENING,
        /** Bytes go both ways. */
        OPEN,
        /** This end has said that it is done and waits for the other's word. */
        CLOSING,
        /** Ended in order: every byte that was sent has come. */
        CLOSED,
        /** Ended by a reset, a timeout or an early end. */
        RESET,
        /** A byte came that was never sent at that place. */
        CORRUPTED;

        /** Whether nothing more will happen to the flow. */
        public boolean failed() {
            return this == RESET || this == CORRUPTED;
        }
    }

    /** The line that carries the report from the program in the end host to the demo. */
    public String line() {
        return "FLOW " + kind + " " + id + " " + state + " " + (moved ? 1 : 0) + " " + stallMicros;
    }

    /** Reads {@link #line}. */
    public static FlowReport parse(String line) throws DemoException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 6 && words[0].equals("FLOW")) {
                return new FlowReport(
                        Kind.valueOf(words[1].toUpperCase(Locale.ROOT)),
                        Integer.parseInt(words[2]),
                        State.valueOf(words[3]),
                        words[4].equals("1"),
                        Long.parseLong(words[5]));
            }
        } catch (IllegalArgumentException e) {
            throw new DemoException("a traffic program reported nonsense: " + line, e);
        }
        throw new DemoException("a traffic program reported nonsense: " + line);
    }
}
