package org.conntwin.it.differential;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.conntwin.it.wire.Bytes;
import org.conntwin.tracker.model.Protocol;

/** A packet in one line, for the report of a difference. */
final class PacketText {
    private static final String FLAGS = "FSRPAUEW";

    private PacketText() {}

    static String of(byte[] packet) {
        boolean four = packet[0] >>> 4 == 4;
        int at = four ? (packet[0] & 0xf) * 4 : 40;
        int protocol = (four ? packet[9] : packet[6]) & 0xff;
        String side = (four ? (packet[13] & 0xc0) == 0x40 : packet[9] == 0x64) ? "client" : "server";
        int part = four ? Bytes.get16(packet, 6) & 0x3fff : 0;
        String text = side + " " + (part != 0 ? "fragment 0x" + Integer.toHexString(part) + " " : "");
        if ((part & 0x1fff) == 0 && protocol == Protocol.TCP && packet.length >= at + 20) {
            return text + tcp(packet, at);
        }
        String hex = HexFormat.of()
                .formatHex(Arrays.copyOfRange(packet, Math.min(at, packet.length), Math.min(packet.length, at + 48)));
        return text + Protocol.name(protocol) + " " + protocol + " length " + packet.length + " " + hex;
    }

    private static String tcp(byte[] packet, int at) {
        StringBuilder flags = new StringBuilder();
        for (int i = 0; i < FLAGS.length(); i++) {
            if ((packet[at + 13] & 1 << i) != 0) {
                flags.append(FLAGS.charAt(i));
            }
        }
        int header = (packet[at + 12] >>> 4 & 0xf) * 4;
        int data = packet.length - at - header;
        String options = header > 20 && at + header <= packet.length
                ? " options " + HexFormat.of().formatHex(Arrays.copyOfRange(packet, at + 20, at + header))
                : "";
        return String.format(
                Locale.ROOT,
                "tcp %d>%d %s seq %d ack %d win %d header %d data %d%s",
                Bytes.get16(packet, at),
                Bytes.get16(packet, at + 2),
                flags.isEmpty() ? "-" : flags,
                Bytes.get32(packet, at + 4) & 0xffffffffL,
                Bytes.get32(packet, at + 8) & 0xffffffffL,
                Bytes.get16(packet, at + 14),
                header,
                data,
                options);
    }
}
