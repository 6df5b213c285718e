package org.conntwin.tracker.userspace.capture;

import org.jspecify.annotations.Nullable;

/** The link layers that are understood, after the list of link types at tcpdump.org. */
public enum LinkType {
    /** Ethernet, with any number of VLAN tags. */
    ETHERNET {
        @Override
        public Network locate(Frame frame) {
            return tagged(frame, 12, 14);
        }
    },
    /** IP of either version and nothing before it. */
    RAW {
        @Override
        public Network locate(Frame frame) {
            frame.network = frame.start;
            return frame.captured == 0 && frame.wire > 0 ? Network.CUT : Network.IP;
        }
    },
    /** IPv4 and nothing before it. */
    RAW_IPV4 {
        @Override
        public Network locate(Frame frame) {
            frame.network = frame.start;
            return Network.IPV4;
        }
    },
    /** IPv6 and nothing before it. */
    RAW_IPV6 {
        @Override
        public Network locate(Frame frame) {
            frame.network = frame.start;
            return Network.IPV6;
        }
    },
    /** Linux cooked capture, version 1. */
    LINUX_COOKED {
        @Override
        public Network locate(Frame frame) {
            return tagged(frame, 14, 16);
        }
    },
    /** Linux cooked capture, version 2. */
    LINUX_COOKED_2 {
        @Override
        public Network locate(Frame frame) {
            return tagged(frame, 0, 20);
        }
    },
    /** BSD loopback: an address family in the byte order of the host that captured. */
    BSD_LOOPBACK {
        @Override
        public Network locate(Frame frame) {
            if (frame.captured < 4) {
                return cutOrOther(frame);
            }
            frame.network = frame.start + 4;
            int family = frame.u16(frame.start) << 16 | frame.u16(frame.start + 2);
            return switch (family < 0 || family > 0xffff ? Integer.reverseBytes(family) : family) {
                case 2 -> Network.IPV4;
                case 10, 24, 28, 30 -> Network.IPV6; // Linux, NetBSD, FreeBSD, macOS
                default -> Network.OTHER;
            };
        }
    };

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;

    /** Finds the IP header of {@code frame} and sets {@link Frame#network} to it where there is one. */
    public abstract Network locate(Frame frame);

    /** The link type of a number from a capture file; null when it is not understood. */
    static @Nullable LinkType of(int number) {
        return switch (number) {
            case 0, 108 -> BSD_LOOPBACK;
            case 1 -> ETHERNET;
            case 12, 14, 101 -> RAW;
            case 113 -> LINUX_COOKED;
            case 228 -> RAW_IPV4;
            case 229 -> RAW_IPV6;
            case 276 -> LINUX_COOKED_2;
            default -> null;
        };
    }

    /**
     * Follows VLAN tags from the first type on.
     *
     * @param type where the type stands within the frame
     * @param header bytes before what it is the type of
     */
    private static Network tagged(Frame frame, int type, int header) {
        if (frame.captured < header) {
            return cutOrOther(frame);
        }
        int found = frame.u16(frame.start + type);
        int at = frame.start + header;
        int end = frame.start + frame.captured;
        while (isTag(found)) {
            if (end - at < 4) {
                return cutOrOther(frame);
            }
            found = frame.u16(at + 2);
            at += 4;
        }
        frame.network = at;
        return found == IPV4 ? Network.IPV4 : found == IPV6 ? Network.IPV6 : Network.OTHER;
    }

    /** 802.1Q, 802.1ad and the numbers in use before that. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
    }

    private static Network cutOrOther(Frame frame) {
        return frame.captured < frame.wire ? Network.CUT : Network.OTHER;
    }
}
