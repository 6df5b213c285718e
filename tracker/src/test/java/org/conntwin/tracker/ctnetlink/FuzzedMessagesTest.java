package org.conntwin.tracker.ctnetlink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.testing.Fuzz;
import org.junit.jupiter.api.Test;

/** The kernel's messages, damaged: what a kernel of another version or a broken one may send. */
class FuzzedMessagesTest {
    private static final long ALLOCATION = 32 * 1024;

    private final UnknownAttributes unknown = new UnknownAttributes();

    private static List<byte[]> recorded() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(FuzzedMessagesTest.class.getResourceAsStream("linux-6.18.txt"))) {
            return RecordedMessage.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8)).stream()
                    .map(message -> HexFormat.of().parseHex(message.hex()))
                    .toList();
        }
    }

    @Test
    void entriesAndExpectations() throws IOException {
        Fuzz.run("ctnetlink", recorded(), ALLOCATION, input -> {
            if (input.length < EncodedMessage.BODY) {
                return false;
            }
            EncodedMessage message = new EncodedMessage(ByteBuffer.wrap(input));
            boolean entry = message.conntrack(unknown) != null;
            boolean expectation = message.expectation(unknown) != null;
            return entry || expectation;
        });
    }
}
