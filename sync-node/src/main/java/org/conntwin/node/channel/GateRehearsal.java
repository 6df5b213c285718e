package org.conntwin.node.channel;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Seals what each of two ends in memory says, and opens it for the other, as a channel with a key does. Nothing of it leaves
 * the process: its key is no secret. One thread.
 */
public final class GateRehearsal {
    private static final List<byte[]> KEY = List.of(new byte[SessionKeys.KEY_BYTES]);

    private final List<SealedGate> gates;
    private final List<Consumer<byte[]>> ears;
    private final byte[] frame = new byte[Gate.MAX_FRAME_BYTES];

    /**
     * With a monotonic clock, nanoseconds.
     *
     * @param first hears what the second end says; neither may {@link #say} anything while it hears
     * @param second hears what the first end says
     */
    public GateRehearsal(LongSupplier nanoTime, Consumer<byte[]> first, Consumer<byte[]> second) {
        gates = Stream.generate(() -> new SealedGate(Keyring.of(KEY), "rehearsal", new Drops(nanoTime), nanoTime))
                .limit(2)
                .toList();
        ears = List.of(first, second);
    }

    /** The end (0 or 1) says so; the other one has heard it when this returns. */
    public void say(int end, byte[] message) {
        int length = gates.get(end).wrap(message, 0, message.length, frame);
        arrive(1 - end, frame, length);
    }

    private void arrive(int end, byte[] sealed, int length) {
        Gate.Peer peer = new Gate.Peer() {
            @Override
            public void reply(byte[] answer, int size) {
                arrive(1 - end, Arrays.copyOf(answer, size), size);
            }

            @Override
            public int host() {
                return end;
            }
        };
        gates.get(end)
                .arrived(
                        sealed,
                        0,
                        length,
                        peer,
                        (content, offset, size) ->
                                ears.get(end).accept(Arrays.copyOfRange(content, offset, offset + size)));
    }
}
