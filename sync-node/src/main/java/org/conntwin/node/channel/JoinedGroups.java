package org.conntwin.node.channel;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Which interfaces of this network namespace hear a multicast group, as the kernel tells it.
 *
 * <p>A socket is not told when it has lost its membership: the kernel forgets it when the interface is removed, or loses
 * its last address, and does not restore it when either comes back.
 *
 * <p>Source: {@code /proc/net/igmp} (an interface's line, below it one line for each group, in the machine's byte order)
 * and {@code /proc/net/igmp6} (one line for each interface and group).
 */
record JoinedGroups(InetAddress group, Path list) {

    /** The list of the kernel that has this group's family. */
    static JoinedGroups of(InetAddress group) {
        return new JoinedGroups(group, Path.of("/proc/net", group instanceof Inet4Address ? "igmp" : "igmp6"));
    }

    /** Whether the interface with this index hears the group; true as well where the kernel does not tell. */
    boolean heardOn(int index) {
        List<String> lines;
        try {
            lines = Files.readAllLines(list, StandardCharsets.US_ASCII);
        } catch (IOException notTold) {
            return true;
        }
        return group instanceof Inet4Address ? inBlocks(lines, index) : inLines(lines, index);
    }

    private boolean inBlocks(List<String> lines, int index) {
        String sought = hex();
        boolean ofIndex = false;
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", 2);
            if (!line.isEmpty() && !Character.isWhitespace(line.charAt(0))) {
                ofIndex = words[0].equals(Integer.toString(index));
            } else if (ofIndex && words[0].equalsIgnoreCase(sought)) {
                return true;
            }
        }
        return false;
    }

    private boolean inLines(List<String> lines, int index) {
        String sought = hex();
        return lines.stream()
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(words -> words.length > 2
                        && words[0].equals(Integer.toString(index))
                        && words[2].equalsIgnoreCase(sought));
    }

    private String hex() {
        byte[] bytes = group.getAddress();
        if (bytes.length == 4 && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            bytes = new byte[] {bytes[3], bytes[2], bytes[1], bytes[0]};
        }
        return HexFormat.of().formatHex(bytes);
    }
}
