package org.conntwin.tracker.ctnetlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.netlink.Netlink;

/**
 * A message as a kernel sent it, and what {@code conntrack} printed for it. In a file it is three lines: {@code = name},
 * conntrack's line, the bytes in hexadecimal; lines with # are comments.
 */
record RecordedMessage(String name, String line, String hex) {
    static RecordedMessage of(String name, String line, byte[] bytes) {
        return new RecordedMessage(name, line, HexFormat.of().formatHex(bytes));
    }

    private ByteBuffer bytes() {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    static List<RecordedMessage> parse(String text) {
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
        List<RecordedMessage> messages = new ArrayList<>();
        for (int i = 0; i + 2 < lines.size(); i += 3) {
            messages.add(new RecordedMessage(lines.get(i).substring(2), lines.get(i + 1), lines.get(i + 2)));
        }
        return messages;
    }

    String written() {
        return "= " + name + "\n" + line + "\n" + hex + "\n\n";
    }

    boolean isExpectation() {
        return type() >>> 8 == Ctnetlink.SUBSYSTEM_EXPECT;
    }

    private int type() {
        return Netlink.hostShort(bytes(), Netlink.TYPE);
    }

    Conntrack conntrack(UnknownAttributes unknown) {
        return Objects.requireNonNull(new EncodedMessage(bytes()).conntrack(unknown), name);
    }

    Expectation expectation(UnknownAttributes unknown) {
        return Objects.requireNonNull(new EncodedMessage(bytes()).expectation(unknown), name);
    }
}
