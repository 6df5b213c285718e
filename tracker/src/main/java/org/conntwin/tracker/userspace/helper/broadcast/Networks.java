package org.conntwin.tracker.userspace.helper.broadcast;

/** The networks that this host is in. Called under the tracker's lock: must answer at once, and never throw. */
@FunctionalInterface
public interface Networks {
    /** None is known. */
    Networks UNKNOWN = (broadcast, now) -> 0;

    /**
     * The netmask of the network whose broadcast address this is.
     *
     * @param broadcast an IPv4 address, as in a tuple
     * @param now the tracker's nanoseconds
     * @return bits as in a tuple; 0 when this host is in no such network
     */
    long mask(long broadcast, long now);
}
