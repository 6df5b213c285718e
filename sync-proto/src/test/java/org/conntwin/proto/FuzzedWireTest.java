package org.conntwin.proto;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.testing.Fuzz;
import org.conntwin.tracker.testing.RandomEntries;
import org.junit.jupiter.api.Test;

/** What may come of a peer behind the seal: one of another version, or one that has lost its mind. */
class FuzzedWireTest {
    private static final int SEEDS = 50;
    /** Of messages of at most 64 KiB. */
    private static final long ALLOCATION = 1 << 20;

    private final RandomEntries entries = new RandomEntries(11);

    private List<byte[]> seeds() {
        List<byte[]> all = new ArrayList<>();
        MessageCodecTest.messages().forEach(message -> all.add(MessageCodec.encode(message)));
        for (int i = 0; i < SEEDS; i++) {
            all.add(MalformedWireTest.piece(Bytes.of(entries.entry()), i));
        }
        return all;
    }

    @Test
    void messages() {
        Fuzz.run("messages", seeds(), ALLOCATION, input -> {
            try {
                if (MessageCodec.decode(input, 0, input.length) instanceof SyncMessage.Batch batch) {
                    BatchReader.items(input, batch.from(), batch.length(), new Seen());
                }
                return true;
            } catch (MalformedWireException refused) {
                return false;
            }
        });
    }

    @Test
    void records() {
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < SEEDS; i++) {
            records.add(Bytes.of(entries.entry()));
            records.add(Bytes.of(entries.expectation()));
        }
        Fuzz.run("records", records, ALLOCATION, input -> {
            boolean entry = readable(() -> Bytes.entry(input));
            boolean expectation = readable(() -> Bytes.expectation(input));
            return entry || expectation;
        });
    }

    private interface Reading {
        void run() throws MalformedWireException;
    }

    private static boolean readable(Reading reading) {
        try {
            reading.run();
            return true;
        } catch (MalformedWireException refused) {
            return false;
        }
    }
}
