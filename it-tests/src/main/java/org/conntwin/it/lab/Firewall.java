package org.conntwin.it.lab;

/**
 * One firewall of a lab.
 *
 * @param number from 1
 * @param namespace where its kernel table and its node live
 * @param syncAddress its address on the sync network, on the device `sync0`
 */
public record Firewall(int number, Namespace namespace, String syncAddress) {
    /** The device that leads to the other firewalls. */
    public static final String SYNC_DEVICE = "sync0";

    /** Its name in the cluster: fw1, fw2, … */
    public String name() {
        return "fw" + number;
    }

    /** The kernel's connection tracking here, as the stock tools see it. */
    public KernelView kernel() {
        return new KernelView(namespace);
    }
}
