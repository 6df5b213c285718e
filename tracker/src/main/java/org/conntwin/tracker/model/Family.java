package org.conntwin.tracker.model;

/** The address family of a tuple, with the number that netlink uses for it. */
public enum Family {
    IPV4(2),
    IPV6(10);

    private final int number;

    Family(int number) {
        this.number = number;
    }

    /** {@code AF_INET} or {@code AF_INET6}. */
    public int number() {
        return number;
    }
}
