package org.conntwin.node.ha;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Makes lines of bytes that come in any pieces. A line longer than {@link #LONGEST} is left out whole, and counted. */
final class LineSplitter {
    /** Bytes of the longest line that is taken; keepalived's have less than half of that. */
    static final int LONGEST = 512;

    private final byte[] line = new byte[LONGEST];
    private int length;
    private boolean overlong;
    private long dropped;

    /** Goes on with the next bytes; each line that they complete goes to the consumer without its end. */
    void feed(byte[] bytes, int count, Consumer<String> consumer) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                complete(consumer);
            } else if (length == LONGEST) {
                overlong = true;
            } else {
                line[length++] = bytes[i];
            }
        }
    }

    private void complete(Consumer<String> consumer) {
        String text = new String(line, 0, length, StandardCharsets.UTF_8).strip();
        boolean whole = !overlong;
        restart();
        if (!whole) {
            dropped++;
        } else if (!text.isEmpty()) {
            consumer.accept(text);
        }
    }

    /** What comes next belongs to no line that was begun. */
    void restart() {
        length = 0;
        overlong = false;
    }

    /** Lines left out. */
    long dropped() {
        return dropped;
    }
}
