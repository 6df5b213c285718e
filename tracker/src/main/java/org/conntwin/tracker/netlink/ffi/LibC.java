package org.conntwin.tracker.netlink.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's calls. Each returns what C returns, or {@code -errno} when C returns -1; errno
 * is captured within the call, into one buffer per thread, as the JVM may change it afterwards.
 */
@SuppressWarnings("restricted") // the one class that links native code
final class LibC {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));

    private static final MethodHandle socket$mh =
            link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle bind$mh =
            link("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle connect$mh =
            link("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle getsockname$mh =
            link("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle setsockopt$mh =
            link("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle getsockopt$mh =
            link("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle send$mh =
            link("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle sendto$mh =
            link("sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle recvmmsg$mh =
            link("recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle poll$mh =
            link("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle close$mh = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private static final MethodHandle mkfifo$mh = link("mkfifo", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private LibC() {}

    private static MethodHandle link(String name, FunctionDescriptor shape) {
        MemorySegment address = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        return LINKER.downcallHandle(address, shape, Linker.Option.captureCallState("errno"));
    }

    private static int result(int returned, MemorySegment captured) {
        return returned == -1 ? -(int) ERRNO.get(captured, 0L) : returned;
    }

    static int socket(int domain, int type, int protocol) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) socket$mh.invokeExact(captured, domain, type, protocol), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int bind(int fd, MemorySegment address, int length) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) bind$mh.invokeExact(captured, fd, address, length), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int connect(int fd, MemorySegment address, int length) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) connect$mh.invokeExact(captured, fd, address, length), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int getsockname(int fd, MemorySegment address, MemorySegment length) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) getsockname$mh.invokeExact(captured, fd, address, length), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int setsockopt(int fd, int level, int option, MemorySegment value, int length) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) setsockopt$mh.invokeExact(captured, fd, level, option, value, length), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int getsockopt(int fd, int level, int option, MemorySegment value, MemorySegment length) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) getsockopt$mh.invokeExact(captured, fd, level, option, value, length), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int send(int fd, MemorySegment buffer, long length, int flags) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) (long) send$mh.invokeExact(captured, fd, buffer, length, flags), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int sendto(int fd, MemorySegment buffer, long length, int flags, MemorySegment address, int addressLength) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result(
                    (int) (long) sendto$mh.invokeExact(captured, fd, buffer, length, flags, address, addressLength),
                    captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int recvmmsg(int fd, MemorySegment messages, int count, int flags, MemorySegment timeout) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) recvmmsg$mh.invokeExact(captured, fd, messages, count, flags, timeout), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int poll(MemorySegment fds, long count, int timeoutMillis) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) poll$mh.invokeExact(captured, fds, count, timeoutMillis), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int close(int fd) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) close$mh.invokeExact(captured, fd), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int mkfifo(MemorySegment path, int mode) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) mkfifo$mh.invokeExact(captured, path, mode), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
