package org.conntwin.node.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;

/** What a client hears when all places are taken. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
final class Refusal {
    private static final byte[] REASON =
            "the node serves as many clients as it can; try again when one is done\n".getBytes(StandardCharsets.UTF_8);

    private Refusal() {}

    static void write(Channel channel, DropCounts drops) {
        drops.count(DropCounts.TOO_MANY_CLIENTS);
        ByteBuf frames = Unpooled.buffer(2 * (Frame.HEADER_BYTES + 2) + REASON.length)
                .writeInt(1 + REASON.length)
                .writeByte(Frame.ERR)
                .writeBytes(REASON)
                .writeInt(2)
                .writeByte(Frame.EXIT)
                .writeByte(1);
        channel.writeAndFlush(frames).addListener(ChannelFutureListener.CLOSE);
    }
}
