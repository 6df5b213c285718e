package org.conntwin.node.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts a client's bytes into frames; whatever is none ends the connection and is counted. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures to the channel
final class FrameDecoder extends ByteToMessageDecoder {
    private final DropCounts drops;
    private boolean ended;

    FrameDecoder(DropCounts drops) {
        this.drops = drops;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (ended) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < Frame.HEADER_BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        if (length < 1 || length > Frame.MAX_BYTES) {
            ended = true;
            drops.count(length == 0 ? DropCounts.MALFORMED : DropCounts.OVERSIZED);
            in.skipBytes(in.readableBytes());
            context.close();
        } else if (in.readableBytes() >= Frame.HEADER_BYTES + length) {
            in.skipBytes(Frame.HEADER_BYTES);
            out.add(in.readRetainedSlice(length));
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        super.decodeLast(context, in, out);
        if (in.isReadable() && !ended) {
            drops.count(DropCounts.MALFORMED);
        }
    }
}
