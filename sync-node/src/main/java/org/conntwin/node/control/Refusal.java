package org.conntwin.node.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;

/** What a client hears whose command is not run: one line and exit code 1. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
final class Refusal {
    private Refusal() {}

    /** All places are taken. */
    static void tooMany(Channel channel, DropCounts drops) {
        drops.count(DropCounts.TOO_MANY_CLIENTS);
        write(channel, "the node serves as many clients as it can; try again when one is done");
    }

    /** As the program says its own errors, so that a script's log tells who speaks. */
    static String line(String text) {
        return "conntwin: " + text;
    }

    static void write(Channel channel, String why) {
        byte[] reason = (line(why) + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuf frames = Unpooled.buffer(2 * (Frame.HEADER_BYTES + 2) + reason.length)
                .writeInt(1 + reason.length)
                .writeByte(Frame.ERR)
                .writeBytes(reason)
                .writeInt(2)
                .writeByte(Frame.EXIT)
                .writeByte(1);
        channel.writeAndFlush(frames).addListener(ChannelFutureListener.CLOSE);
    }
}
