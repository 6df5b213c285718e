package org.conntwin.it.containers;

/**
 * Where a firewall stands.
 *
 * @param number from 1 on
 * @param lan the interface to the clients, as of now
 * @param wan the interface to the servers
 * @param sync the interface to the other firewalls
 */
record Site(int number, String lan, String wan, String sync) {
    /** The firewall's name. */
    String name() {
        return "fw" + number;
    }

    /** The last part of its addresses. */
    int host() {
        return host(number);
    }

    static int host(int number) {
        return 10 + number;
    }

    /** An example's text with this firewall's interfaces and the lab's addresses. */
    String placed(String example) {
        String text = Examples.replaced(example, "lan0", lan);
        text = Examples.replaced(text, "wan0", wan);
        text = Examples.replaced(text, "192.0.2.129", Link.WAN.virtualAddress());
        return Examples.replaced(text, "192.0.2.1", Link.LAN.virtualAddress());
    }
}
