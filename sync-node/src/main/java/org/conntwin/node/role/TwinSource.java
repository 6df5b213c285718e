package org.conntwin.node.role;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.conntwin.injector.CommitSource;
import org.conntwin.node.cache.ExternalCache;
import org.conntwin.node.cache.RecordVisitor;
import org.conntwin.node.cache.Twin;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.ExpectationCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireBuffer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.jspecify.annotations.Nullable;

/**
 * All twins as one source of a commit, the highest ranking origin first; of a flow that several origins have,
 * only the highest ranking copy. Each bucket is copied under its twin's lock and visited without it.
 */
final class TwinSource implements CommitSource {
    private static final System.Logger LOG = System.getLogger(TwinSource.class.getName());

    private final List<Twin> ranked;
    private @Nullable Twin current;
    private int unreadable;

    TwinSource(ExternalCache external, ToLongFunction<String> rank) {
        ranked = new ArrayList<>(external.twins());
        ranked.sort(Comparator.comparingLong((Twin twin) -> rank.applyAsLong(twin.origin()))
                .reversed());
    }

    /** Origin of the record that is being visited; empty outside of a visit. */
    String currentOrigin() {
        Twin now = current;
        return now == null ? "" : now.origin();
    }

    @Override
    public void entries(Consumer<? super Conntrack> visitor) {
        visit(Kind.CONNTRACK, (bytes, from, length) -> visitor.accept(EntryCodec.decode(bytes, from, length)));
    }

    @Override
    public void expectations(Consumer<? super Expectation> visitor) {
        visit(Kind.EXPECTATION, (bytes, from, length) -> visitor.accept(ExpectationCodec.decode(bytes, from, length)));
    }

    @Override
    public int unreadable() {
        return unreadable;
    }

    private interface Decoder {
        void accept(byte[] bytes, int from, int length) throws MalformedWireException;
    }

    private void visit(Kind kind, Decoder decoder) {
        for (int i = 0; i < ranked.size(); i++) {
            current = ranked.get(i);
            visit(ranked.get(i), ranked.subList(0, i), kind, decoder);
        }
        current = null;
    }

    private void visit(Twin twin, List<Twin> higher, Kind kind, Decoder decoder) {
        Copies copies = new Copies();
        int before = unreadable;
        for (int bucket = 0; bucket < kind.buckets(); bucket++) {
            copies.clear();
            twin.bucket(kind, bucket, copies);
            for (int i = 0; i < copies.size(); i++) {
                if (!heldBy(higher, kind, copies, i)) {
                    try {
                        decoder.accept(copies.bytes.array(), copies.start(i), copies.length(i));
                    } catch (MalformedWireException damagedOrOfALaterVersion) {
                        unreadable++;
                    }
                }
            }
        }
        if (unreadable > before) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} records of {1} cannot be read and are left out",
                    unreadable - before,
                    twin.origin());
        }
    }

    private static boolean heldBy(List<Twin> higher, Kind kind, Copies copies, int index) {
        for (Twin twin : higher) {
            if (twin.containsRecord(kind, copies.bytes.array(), copies.start(index), copies.length(index))) {
                return true;
            }
        }
        return false;
    }

    /** Records of one bucket, one behind the other. */
    private static final class Copies implements RecordVisitor {
        private final WireBuffer bytes = new WireBuffer(16 * 1024);
        private final List<Integer> ends = new ArrayList<>();

        void clear() {
            bytes.reset();
            ends.clear();
        }

        int size() {
            return ends.size();
        }

        int start(int index) {
            return index == 0 ? 0 : ends.get(index - 1);
        }

        int length(int index) {
            return ends.get(index) - start(index);
        }

        @Override
        public void record(byte[] source, int from, int length, int since) {
            bytes.append(source, from, length);
            ends.add(bytes.length());
        }

        @Override
        public void removed(byte[] source, int from, int length) {}
    }
}
