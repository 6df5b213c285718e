package org.conntwin.it.containers;

import java.util.Locale;

/** The networks of the lab. Its addresses are added to those that the engine gives, so that they are the same everywhere. */
public enum Link {
    /** Client and firewalls. */
    LAN(1),
    /** Firewalls and server. */
    WAN(2),
    /** The firewalls among themselves. */
    SYNC(9);

    private final int subnet;

    Link(int subnet) {
        this.subnet = subnet;
    }

    /**
     * A host's address in it, without a length.
     *
     * @param host 1 to 254
     */
    public String address(int host) {
        return "10.77." + subnet + "." + host;
    }

    /** The address that the firewalls share; none is on the sync network. */
    public String virtualAddress() {
        return address(1);
    }

    /** As a network in CIDR form. */
    public String network() {
        return "10.77." + subnet + ".0/24";
    }

    /** Its name in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
