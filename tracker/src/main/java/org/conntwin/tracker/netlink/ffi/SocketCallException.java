package org.conntwin.tracker.netlink.ffi;

/** A socket call that the kernel refused; the message names the call and the error. */
public final class SocketCallException extends RuntimeException {
    private final int errno;

    /** For the call as a reader knows it, and the error it ended with. */
    public SocketCallException(String call, int errno) {
        super(call + " failed: error " + errno);
        this.errno = errno;
    }

    /** The error number. */
    public int errno() {
        return errno;
    }
}
