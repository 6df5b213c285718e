package org.conntwin.tracker.kernel;

import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.ffi.RawSocket;
import org.conntwin.tracker.netlink.ffi.SocketCallException;
import org.conntwin.tracker.table.TableException;

/** Opens netlink sockets and turns refusals into messages for operators. */
final class KernelSockets {
    private KernelSockets() {}

    static RawSocket open(int slots, int slotBytes, int sendBytes) {
        try {
            return new RawSocket(slots, slotBytes, sendBytes);
        } catch (SocketCallException refused) {
            throw new TableException("cannot open the kernel's conntrack table: " + refused.getMessage() + " ("
                    + Errno.name(refused.errno()) + "); run as root or with CAP_NET_ADMIN on a kernel with ctnetlink");
        }
    }

    static TableException failure(String what, int errno) {
        String advice = switch (errno) {
            case Errno.EPERM, Errno.EACCES -> "; run as root or with CAP_NET_ADMIN";
            case Errno.EINVAL, Errno.EOPNOTSUPP -> "; is the module nf_conntrack_netlink loaded?";
            default -> "";
        };
        return new TableException(what + " failed: " + Errno.name(errno) + advice);
    }
}
