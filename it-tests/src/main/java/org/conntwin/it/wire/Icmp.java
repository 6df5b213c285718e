package org.conntwin.it.wire;

/** ICMP and ICMPv6 messages. */
public final class Icmp {
    private Icmp() {}

    /**
     * A message with its checksum.
     *
     * @param rest the second word of the header: id and sequence number of a query, MTU or pointer of an error
     * @param wrongChecksum to be refused
     */
    public static byte[] message(
            Ends ends, boolean fromServer, int type, int code, int rest, byte[] body, boolean wrongChecksum) {
        byte[] bytes = Bytes.join(new byte[8], body);
        bytes[0] = (byte) type;
        bytes[1] = (byte) code;
        Bytes.put32(bytes, 4, rest);
        int sum = Checksum.icmp(ends, fromServer, bytes);
        Bytes.put16(bytes, 2, wrongChecksum ? sum ^ 0x1234 : sum);
        return bytes;
    }
}
