package org.conntwin.it.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The receive buffer of another process's socket for conntrack events, changed from outside ({@code pidfd_getfd}): so that
 * a real node overruns, which gives itself a buffer that no test fills.
 */
@SuppressWarnings("restricted") // native calls
public final class EventBuffer {
    private static final long PIDFD_OPEN = 434; // the same number on every architecture
    private static final long PIDFD_GETFD = 438;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int NETLINK_NETFILTER = 12;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SYSCALL = link(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle SETSOCKOPT =
            link("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private EventBuffer() {}

    private static MethodHandle link(String name, FunctionDescriptor shape, Linker.Option... options) {
        MemorySegment address = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        return LINKER.downcallHandle(address, shape, options);
    }

    /** Makes the buffer as small as this, or as the kernel allows. */
    public static void shrink(LabProcess node, int bytes) {
        int number = descriptor(node.pid());
        try (Arena arena = Arena.ofConfined()) {
            int process = called((long) SYSCALL.invokeExact(PIDFD_OPEN, node.pid(), 0L, 0L), "pidfd_open");
            int socket =
                    called((long) SYSCALL.invokeExact(PIDFD_GETFD, (long) process, (long) number, 0L), "pidfd_getfd");
            MemorySegment value = arena.allocateFrom(JAVA_INT, bytes);
            called((int) SETSOCKOPT.invokeExact(socket, SOL_SOCKET, SO_RCVBUFFORCE, value, 4), "setsockopt");
            called((int) CLOSE.invokeExact(socket), "close");
            called((int) CLOSE.invokeExact(process), "close");
        } catch (LabException failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static int called(long result, String call) {
        if (result < 0) {
            throw new LabException(call + " failed");
        }
        return (int) result;
    }

    /** The number of the socket that listens to groups of nfnetlink, in the process itself. */
    private static int descriptor(long pid) {
        Path process = Path.of("/proc/" + pid);
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            List<String> listening = Files.readAllLines(process.resolve("net/netlink")).stream()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(row -> Integer.parseInt(row[1]) == NETLINK_NETFILTER && Long.parseLong(row[3], 16) != 0)
                    .map(row -> "socket:[" + row[9] + "]")
                    .toList();
            return descriptors
                    .filter(link -> listening.contains(target(link)))
                    .mapToInt(link -> Integer.parseInt(link.getFileName().toString()))
                    .findFirst()
                    .orElseThrow(() -> new LabException("process " + pid + " does not listen to conntrack events"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
