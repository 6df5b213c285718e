package org.conntwin.tracker.kernel;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.conntwin.tracker.table.ProtocolTimeouts;

/** Numbers that the kernel shows under {@code /proc}, those of conntrack by network namespace. */
final class KernelSettings {
    private static final int LONGEST = 4096;

    private KernelSettings() {}

    /** The number behind {@code net.netfilter.nf_conntrack_NAME}; -1 where the kernel shows none. */
    static long number(String name) {
        return leadingNumber(read("/proc/sys/net/netfilter/nf_conntrack_" + name), -1);
    }

    static ProtocolTimeouts timeouts() {
        return ProtocolTimeouts.from(name -> (int) Math.min(Integer.MAX_VALUE, number(name)));
    }

    /** Physical memory in bytes; 1 GiB where it is not told. */
    static long memoryBytes() {
        String text = read("/proc/meminfo");
        int at = text.indexOf("MemTotal:");
        return at < 0 ? 1L << 30 : leadingNumber(text.substring(at + "MemTotal:".length()), 1 << 20) * 1024;
    }

    private static long leadingNumber(String text, long otherwise) {
        String digits = text.strip().split("[^0-9]", 2)[0];
        return digits.isEmpty() || digits.length() > 18 ? otherwise : Long.parseLong(digits);
    }

    /** One read call for the whole file: sysctl files answer a second one with their end. */
    private static String read(String path) {
        byte[] bytes = new byte[LONGEST];
        try (InputStream file = new FileInputStream(path)) {
            int length = file.read(bytes);
            return length < 0 ? "" : new String(bytes, 0, length, StandardCharsets.US_ASCII);
        } catch (IOException notShown) {
            return "";
        }
    }
}
