package org.conntwin.node.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.conntwin.tracker.testing.Fuzz;
import org.junit.jupiter.api.Test;

/** What a client may write to the control socket, damaged. */
final class FuzzedFramesTest {
    private static final long ALLOCATION = 1 << 20;

    private static byte[] bytes(java.nio.ByteBuffer... frames) {
        ByteBuf all = Unpooled.buffer();
        for (java.nio.ByteBuffer frame : frames) {
            all.writeBytes(frame);
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @Test
    void framesAreCutOrRefused() {
        List<byte[]> seeds = List.of(
                bytes(ControlCalls.frame('R', "status\0--json")),
                bytes(ControlCalls.frame('R', "load"), ControlCalls.frame('I', "a\nb\n"), ControlCalls.frame('F', "")));
        DropCounts drops = new DropCounts();
        Fuzz.run("control-frames", seeds, ALLOCATION, input -> {
            EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(drops));
            channel.writeInbound(Unpooled.wrappedBuffer(input));
            boolean any = false;
            for (Object frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
                ByteBuf cut = (ByteBuf) frame;
                if (cut.readableBytes() < 1 || cut.readableBytes() > Frame.MAX_BYTES) {
                    throw new AssertionError("a frame of " + cut.readableBytes() + " bytes");
                }
                cut.release();
                any = true;
            }
            channel.finishAndReleaseAll();
            return any;
        });
    }
}
