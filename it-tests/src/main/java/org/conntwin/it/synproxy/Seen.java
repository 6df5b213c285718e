package org.conntwin.it.synproxy;

import java.util.StringJoiner;
import org.conntwin.it.wire.Bytes;
import org.conntwin.it.wire.TcpSegment;

/** A TCP segment over IPv4 that came out of a proxy, read from its bytes. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Seen(byte[] packet) {
    private static final int IP = 20;
    private static final String FLAGS = "FSRPAUEC";
    /** How far the clock of a proxy may run on within one conversation, in milliseconds. */
    private static final int CLOCK_RANGE = 1 << 12;

    boolean has(int flag) {
        return (packet[IP + 13] & flag) != 0;
    }

    boolean isTcp() {
        return packet.length >= IP + 20 && packet[0] == 0x45 && packet[9] == 6;
    }

    int sequence() {
        return Bytes.get32(packet, IP + 4);
    }

    /** The timestamp's value; 0 for none. */
    int timestamp() {
        int at = option(8);
        return at < 0 ? 0 : Bytes.get32(packet, at + 2);
    }

    boolean hasTimestamp() {
        return option(8) >= 0;
    }

    private int option(int wanted) {
        int at = IP + 20;
        int end = IP + (packet[IP + 12] >>> 4 & 0xf) * 4;
        while (at < end && packet[at] != 0) {
            if (packet[at] == 1) {
                at++;
            } else if (packet[at] == wanted) {
                return at;
            } else {
                at += packet[at + 1];
            }
        }
        return -1;
    }

    /**
     * All that it says, its cookie and the proxy's clock left out: numbers are counted from them.
     *
     * @param toClient whether it goes to the client
     * @param cookie the proxy's initial sequence number
     * @param clock the proxy's timestamp, its low bits included
     * @param withEcho whether the echoed timestamp is part of it
     */
    String text(boolean toClient, int cookie, int clock, boolean withEcho) {
        StringJoiner text = new StringJoiner(" ");
        StringBuilder flags = new StringBuilder();
        for (int bit = 0; bit < FLAGS.length(); bit++) {
            if ((packet[IP + 13] >>> bit & 1) != 0) {
                flags.append(FLAGS.charAt(bit));
            }
        }
        boolean synToServer = !toClient && has(TcpSegment.SYN);
        int acknowledgment = Bytes.get32(packet, IP + 8) - (synToServer ? cookie : 0);
        text.add(flags)
                .add("seq")
                .add(Integer.toUnsignedString(sequence() - (toClient ? cookie : 0)))
                .add("ack")
                .add(Integer.toUnsignedString(acknowledgment))
                .add("win")
                .add(Integer.toString(Bytes.get16(packet, IP + 14)))
                .add("tos")
                .add(Integer.toString(packet[1]))
                .add("off")
                .add(Integer.toString(Bytes.get16(packet, 6)));
        int at = IP + 20;
        int end = IP + (packet[IP + 12] >>> 4 & 0xf) * 4;
        while (at < end) {
            int kind = packet[at];
            int length = kind <= 1 ? 1 : packet[at + 1];
            if (kind == 8) {
                int value = Bytes.get32(packet, at + 2);
                int echo = Bytes.get32(packet, at + 6);
                text.add("ts").add(toClient ? clocked(value, clock) : Integer.toUnsignedString(value));
                text.add(!withEcho ? "-" : toClient ? Integer.toUnsignedString(echo) : clocked(echo, clock));
            } else {
                text.add("o" + kind);
                for (int i = at + 2; i < at + length; i++) {
                    text.add(Integer.toString(packet[i] & 0xff));
                }
            }
            at += length;
        }
        return text.add("data " + (packet.length - end)).toString();
    }

    private static String clocked(int number, int clock) {
        int since = number - clock;
        return since >= 0 && since < CLOCK_RANGE ? "clock+" + since : Integer.toUnsignedString(number);
    }
}
