package org.conntwin.proto;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;

/** Records as the hand-written codecs write them. */
final class Bytes {
    private Bytes() {}

    static byte[] of(Conntrack entry) {
        WireBuffer out = new WireBuffer(16);
        EntryCodec.encode(entry, out);
        return out.copy();
    }

    static byte[] keyOf(Conntrack entry) {
        WireBuffer out = new WireBuffer(16);
        EntryCodec.encodeKey(entry, out);
        return out.copy();
    }

    static byte[] of(Expectation expectation) {
        WireBuffer out = new WireBuffer(16);
        ExpectationCodec.encode(expectation, out);
        return out.copy();
    }

    static byte[] keyOf(Expectation expectation) {
        WireBuffer out = new WireBuffer(16);
        ExpectationCodec.encodeKey(expectation, out);
        return out.copy();
    }

    static Conntrack entry(byte[] bytes) throws MalformedWireException {
        return EntryCodec.decode(bytes, 0, bytes.length);
    }

    static Expectation expectation(byte[] bytes) throws MalformedWireException {
        return ExpectationCodec.decode(bytes, 0, bytes.length);
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
