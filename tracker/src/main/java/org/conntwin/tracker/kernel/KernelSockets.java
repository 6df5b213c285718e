package org.conntwin.tracker.kernel;

import org.conntwin.tracker.netlink.Errno;
import org.conntwin.tracker.netlink.ffi.LinuxSocketAbi;
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

    /** Sets the receive buffer beyond the usual limit where permitted, within it otherwise; the size in effect. */
    static long receiveBuffer(RawSocket socket, int bytes) {
        // The kernel doubles what it is told, to allow for its own bookkeeping.
        int half = bytes / 2;
        if (socket.option(LinuxSocketAbi.SOL_SOCKET, LinuxSocketAbi.SO_RCVBUFFORCE, half) < 0) {
            socket.option(LinuxSocketAbi.SOL_SOCKET, LinuxSocketAbi.SO_RCVBUF, half);
        }
        return socket.option(LinuxSocketAbi.SOL_SOCKET, LinuxSocketAbi.SO_RCVBUF);
    }

    /** The same for sending. */
    static void sendBuffer(RawSocket socket, int bytes) {
        if (socket.option(LinuxSocketAbi.SOL_SOCKET, LinuxSocketAbi.SO_SNDBUFFORCE, bytes) < 0) {
            socket.option(LinuxSocketAbi.SOL_SOCKET, LinuxSocketAbi.SO_SNDBUF, bytes);
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
