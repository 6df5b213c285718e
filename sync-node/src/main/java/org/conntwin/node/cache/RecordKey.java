package org.conntwin.node.cache;

import org.conntwin.proto.MalformedWireException;
import org.conntwin.proto.WireRecord;

/** Where a key lies: its place in an array and its hash. Reused between calls. */
final class RecordKey {
    byte[] bytes = {};
    int from;
    int length;
    long hash;

    /** The key of a whole record. */
    RecordKey ofRecord(byte[] record, int start, int size) throws MalformedWireException {
        int content = WireRecord.contentStart(record, start, size);
        return of(record, WireRecord.keyStart(record, content), WireRecord.keyLength(record, content, start + size));
    }

    /** A key by itself. */
    RecordKey of(byte[] array, int start, int size) {
        bytes = array;
        from = start;
        length = size;
        hash = WireRecord.hash(array, start, size);
        return this;
    }
}
