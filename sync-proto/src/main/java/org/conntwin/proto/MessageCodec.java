package org.conntwin.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/** {@code SyncMessage} of the schema to {@link SyncMessage} and back; batches are written by {@link BatchWriter}. */
public final class MessageCodec {
    private static final int CAPABILITIES_MOST = 64;
    private static final int NAME_MOST = 255;

    private MessageCodec() {}

    /** The bytes of a message other than a batch. */
    public static byte[] encode(SyncMessage message) {
        SyncProto.SyncMessage.Builder out = SyncProto.SyncMessage.newBuilder();
        switch (message) {
            case SyncMessage.Hello hello ->
                out.getHelloBuilder()
                        .setVersion(hello.version())
                        .addAllCapabilities(hello.capabilities())
                        .setIncarnation(hello.incarnation())
                        .setClaim(hello.claim())
                        .setRoleValue(hello.role().number())
                        .setTable(hello.table())
                        .setAnswer(hello.answer());
            case SyncMessage.Progress progress ->
                out.getProgressBuilder()
                        .setIncarnation(progress.incarnation())
                        .setSequence(progress.sequence())
                        .setParity(progress.parity())
                        .setEntries(progress.entries());
            case SyncMessage.DigestRequest request ->
                out.getDigestRequestBuilder().setIncarnation(request.incarnation());
            case SyncMessage.BucketRequest request ->
                out.getBucketRequestBuilder()
                        .setIncarnation(request.incarnation())
                        .setKindValue(request.kind().number())
                        .setBuckets(ByteString.copyFrom(request.buckets().toByteArray()))
                        .setCompareOnly(request.compareOnly());
            case SyncMessage.VoteRequest request ->
                out.getVoteRequestBuilder()
                        .setBallot(request.ballot())
                        .setLost(request.lost())
                        .setIncarnation(request.incarnation())
                        .setSequence(request.sequence());
            case SyncMessage.Vote vote ->
                out.getVoteBuilder().setBallot(vote.ballot()).setGranted(vote.granted());
            case SyncMessage.Batch batch -> throw new IllegalArgumentException("batches have a writer of their own");
            case SyncMessage.Unknown unknown -> throw new IllegalArgumentException("an unknown message is not sent");
        }
        return out.build().toByteArray();
    }

    /**
     * Reads a message.
     *
     * @throws MalformedWireException when the bytes are none, or a field is out of its bounds
     */
    public static SyncMessage decode(byte[] bytes, int from, int length) throws MalformedWireException {
        WireReader front = new WireReader(bytes, from, from + length);
        if (!front.next()) {
            throw new MalformedWireException("an empty message");
        }
        if (front.field() == 2) {
            BatchReader.Position position = BatchReader.position(bytes, front.start(), front.length());
            return new SyncMessage.Batch(position.incarnation(), position.sequence(), front.start(), front.length());
        }
        try {
            return control(SyncProto.SyncMessage.parseFrom(ByteBuffer.wrap(bytes, from, length)));
        } catch (InvalidProtocolBufferException malformed) {
            throw new MalformedWireException("not a message of this protocol");
        }
    }

    private static SyncMessage control(SyncProto.SyncMessage message) throws MalformedWireException {
        if (message.hasHello()) {
            SyncProto.Hello hello = message.getHello();
            if (hello.getCapabilitiesCount() > CAPABILITIES_MOST) {
                throw new MalformedWireException("too many capabilities");
            }
            return new SyncMessage.Hello(
                    hello.getVersion(),
                    List.copyOf(hello.getCapabilitiesList()),
                    hello.getIncarnation(),
                    hello.getClaim(),
                    RoleName.of(hello.getRoleValue()),
                    hello.getTable(),
                    hello.getAnswer());
        }
        if (message.hasProgress()) {
            SyncProto.Progress progress = message.getProgress();
            return new SyncMessage.Progress(
                    progress.getIncarnation(), progress.getSequence(), progress.getParity(), progress.getEntries());
        }
        if (message.hasDigestRequest()) {
            return new SyncMessage.DigestRequest(message.getDigestRequest().getIncarnation());
        }
        if (message.hasBucketRequest()) {
            SyncProto.BucketRequest request = message.getBucketRequest();
            Kind kind = Kind.of(request.getKindValue());
            if (kind == null) {
                return new SyncMessage.Unknown();
            }
            BitSet buckets = BitSet.valueOf(request.getBuckets().asReadOnlyByteBuffer());
            if (buckets.length() > kind.buckets()) {
                throw new MalformedWireException("buckets beyond the last");
            }
            return new SyncMessage.BucketRequest(request.getIncarnation(), kind, buckets, request.getCompareOnly());
        }
        if (message.hasVoteRequest()) {
            SyncProto.VoteRequest request = message.getVoteRequest();
            if (request.getLost().length() > NAME_MOST) {
                throw new MalformedWireException("a name too long");
            }
            return new SyncMessage.VoteRequest(
                    request.getBallot(), request.getLost(), request.getIncarnation(), request.getSequence());
        }
        if (message.hasVote()) {
            return new SyncMessage.Vote(
                    message.getVote().getBallot(), message.getVote().getGranted());
        }
        return new SyncMessage.Unknown();
    }
}
