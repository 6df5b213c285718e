package org.conntwin.node.role;

import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import org.conntwin.tracker.model.Addresses;

/** The addresses of the machine's interfaces, as flows show them. */
public final class LocalAddresses {
    private static final System.Logger LOG = System.getLogger(LocalAddresses.class.getName());

    private LocalAddresses() {}

    /** All of them now; those that were read before an error, which is logged. */
    public static Set<Addresses.Parsed> ofThisMachine() {
        Set<Addresses.Parsed> local = new HashSet<>();
        try {
            for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress address : device.getInterfaceAddresses()) {
                    String text = address.getAddress().getHostAddress().split("%", 2)[0];
                    Addresses.Parsed parsed = Addresses.parse(text);
                    if (parsed != null) {
                        local.add(parsed);
                    }
                }
            }
        } catch (SocketException unreadable) {
            LOG.log(System.Logger.Level.WARNING, "own addresses cannot be read: {0}", unreadable.getMessage());
        }
        return local;
    }
}
