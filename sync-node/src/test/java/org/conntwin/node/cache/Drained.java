package org.conntwin.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;

/** What an internal cache hands out, decoded. */
final class Drained implements RecordVisitor {
    final List<Conntrack> records = new ArrayList<>();
    int removed;

    @Override
    public void record(byte[] bytes, int from, int length, int since) {
        records.add(decoded(bytes, from, length));
    }

    @Override
    public void removed(byte[] bytes, int from, int length) {
        removed++;
    }

    /** All connections whose records are marked; they are not afterwards. */
    static Drained of(InternalCache cache) {
        Drained drained = new Drained();
        cache.lock();
        try {
            boolean more = true;
            while (more) {
                more = cache.drainOne(Kind.CONNTRACK, drained);
            }
        } finally {
            cache.unlock();
        }
        return drained;
    }

    /** All connections that a cache holds, each once. */
    static Map<Tuple, Conntrack> contents(InternalCache cache) {
        Map<Tuple, Conntrack> contents = new HashMap<>();
        Drained seen = new Drained();
        for (int bucket = 0; bucket < Kind.CONNTRACK.buckets(); bucket++) {
            cache.bucket(Kind.CONNTRACK, bucket, seen);
        }
        seen.records.forEach(entry -> contents.put(entry.original(), entry));
        assertThat(contents).hasSameSizeAs(seen.records);
        return contents;
    }

    static Conntrack decoded(byte[] bytes, int from, int length) {
        try {
            return EntryCodec.decode(bytes, from, length);
        } catch (MalformedWireException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
