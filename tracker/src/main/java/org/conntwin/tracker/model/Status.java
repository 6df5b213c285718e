package org.conntwin.tracker.model;

/** Status bits of a conntrack, with the kernel's numbers ({@code nf_conntrack_common.h}). */
public final class Status {
    public static final int EXPECTED = 0x1;
    public static final int SEEN_REPLY = 0x2;
    public static final int ASSURED = 0x4;
    public static final int CONFIRMED = 0x8;
    public static final int SRC_NAT = 0x10;
    public static final int DST_NAT = 0x20;
    public static final int SEQ_ADJUST = 0x40;
    public static final int SRC_NAT_DONE = 0x80;
    public static final int DST_NAT_DONE = 0x100;
    public static final int DYING = 0x200;
    public static final int FIXED_TIMEOUT = 0x400;
    public static final int TEMPLATE = 0x800;
    public static final int UNTRACKED = 0x1000;
    public static final int HELPER = 0x2000;
    public static final int OFFLOAD = 0x4000;
    public static final int HW_OFFLOAD = 0x8000;

    /** Bits that user space may set on an entry of the kernel's table; the rest it derives itself. */
    public static final int SETTABLE = SEEN_REPLY | ASSURED | FIXED_TIMEOUT | HELPER;

    private Status() {}

    /** Whether any address or port of the flow is translated. */
    public static boolean translated(int status) {
        return (status & (SRC_NAT | DST_NAT)) != 0;
    }
}
