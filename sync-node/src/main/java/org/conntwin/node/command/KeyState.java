package org.conntwin.node.command;

import java.util.Optional;

/** Which cluster keys the node uses. Any thread. */
public interface KeyState {
    /** Of a node without keys. */
    KeyState NONE = new KeyState() {
        @Override
        public String text() {
            return "no key: nothing is sealed";
        }

        @Override
        public Optional<String> problem() {
            return Optional.empty();
        }
    };

    /** Which they are, in words that give nothing of them away. */
    String text();

    /** What is wrong with the file that they come from, if anything is. */
    Optional<String> problem();
}
