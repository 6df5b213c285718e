package org.conntwin.it.tun;

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
 * The C library's calls on file descriptors, as far as a TUN device needs them. Each returns what C returns, or
 * {@code -errno} when C returns -1.
 */
@SuppressWarnings("restricted") // the one class that links native code
final class FileCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));

    private static final MethodHandle open$mh =
            link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle ioctl$mh = link(
            "ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle read$mh =
            link("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle write$mh =
            link("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle close$mh = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private FileCalls() {}

    private static MethodHandle link(String name, FunctionDescriptor shape, Linker.Option... options) {
        MemorySegment address = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return LINKER.downcallHandle(address, shape, all);
    }

    private static int result(long returned, MemorySegment captured) {
        return returned == -1 ? -(int) ERRNO.get(captured, 0L) : (int) returned;
    }

    static int open(MemorySegment path, int flags) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) open$mh.invokeExact(captured, path, flags), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int ioctl(int fd, long request, MemorySegment argument) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((int) ioctl$mh.invokeExact(captured, fd, request, argument), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int read(int fd, MemorySegment buffer, long length) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((long) read$mh.invokeExact(captured, fd, buffer, length), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static int write(int fd, MemorySegment buffer, long length) {
        MemorySegment captured = CAPTURED.get();
        try {
            return result((long) write$mh.invokeExact(captured, fd, buffer, length), captured);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    static void close(int fd) {
        MemorySegment captured = CAPTURED.get();
        try {
            var _ = (int) close$mh.invokeExact(captured, fd);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
