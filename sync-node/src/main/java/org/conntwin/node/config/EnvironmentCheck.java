package org.conntwin.node.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.conntwin.node.config.NodeConfig.Cluster;
import org.conntwin.node.config.NodeConfig.Ha;
import org.jspecify.annotations.Nullable;

/** What a valid configuration needs from the machine. Asked once, before a node starts; reads only. */
public final class EnvironmentCheck {
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    /** S_IFMT and S_IFIFO of {@code sys/stat.h}. */
    private static final int FILE_TYPE = 0xf000;

    private static final int FIFO_TYPE = 0x1000;

    private EnvironmentCheck() {}

    /**
     * Everything that would keep a node from running here.
     *
     * @param config a valid configuration
     * @return one line a problem, each with the next step; empty when the node can start
     */
    public static List<String> problems(NodeConfig config) {
        List<String> problems = new ArrayList<>();
        network(config.cluster(), problems);
        Path keyFile = config.cluster().keyFile();
        if (keyFile != null) {
            try {
                ClusterKey.read(keyFile);
            } catch (KeyFileException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (config.table() == TableKind.KERNEL && !capable(Path.of("/proc/self/status"))) {
            problems.add("table: kernel needs the capability CAP_NET_ADMIN; run as root, or choose table: userspace");
        }
        Userspace userspace = config.userspace();
        if (config.table() == TableKind.USERSPACE && userspace != null && userspace.queue() != null) {
            live(userspace.queue(), Path.of("/proc/self/status"), problems);
        }
        socketFolder(config.control().socket(), problems);
        group(config.control().group(), problems);
        highAvailability(config.ha(), problems);
        return problems;
    }

    /**
     * What of a configuration does not fit this machine, whoever asks: it may be for another.
     *
     * @param config a valid configuration
     * @return one line each, with the next step
     */
    public static List<String> unfit(NodeConfig config) {
        List<String> found = new ArrayList<>();
        network(config.cluster(), found);
        members(config.cluster(), found);
        group(config.control().group(), found);
        return found;
    }

    /** Whether the cluster's address or interface is one of this machine, so that the configuration is for it. */
    public static boolean isHere(Cluster cluster) {
        List<String> missing = new ArrayList<>();
        network(cluster, missing);
        return missing.isEmpty();
    }

    private static void members(Cluster cluster, List<String> problems) {
        List<InetAddress> own = new ArrayList<>();
        if (cluster.bindAddress() != null) {
            own.add(cluster.bindAddress());
        } else {
            try {
                NetworkInterface found = NetworkInterface.getByName(cluster.bindInterface());
                if (found != null) {
                    found.getInetAddresses().asIterator().forEachRemaining(own::add);
                }
            } catch (SocketException e) {
                return; // said of the interface already
            }
        }
        if (!own.isEmpty()
                && !cluster.members().isEmpty()
                && cluster.members().stream().noneMatch(member -> own.contains(member.address()))) {
            problems.add("cluster.members has no address of this node; add " + Addresses.text(own.getFirst())
                    + ", as the list is of all nodes");
        }
    }

    private static void group(@Nullable String group, List<String> problems) {
        if (group == null) {
            return;
        }
        try {
            FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (IOException | UnsupportedOperationException unknown) {
            problems.add("control.group " + group + " does not exist on this machine; make it with `groupadd --system "
                    + group + "`, or leave it out");
        }
    }

    /** What live packets from these queues need. */
    static void live(Userspace.Range queues, Path status, List<String> problems) {
        if (!capable(status) || !capable(status, CAP_NET_RAW)) {
            problems.add("userspace.queue " + queues + " needs the capabilities CAP_NET_ADMIN and CAP_NET_RAW; run as"
                    + " root, or leave queue out of the configuration");
        }
    }

    private static void network(Cluster cluster, List<String> problems) {
        InetAddress address = cluster.bindAddress();
        String name = cluster.bindInterface();
        try {
            // All of 127.0.0.0/8 is this machine, though the interface names one address of it.
            boolean own = address == null
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
            if (!own) {
                problems.add("cluster.bind-address " + Addresses.text(Objects.requireNonNull(address))
                        + " is not an address of this machine; give one that `ip address` shows");
            }
            if (name == null) {
                return;
            }
            NetworkInterface found = NetworkInterface.getByName(name);
            if (found == null) {
                problems.add(
                        "cluster.interface " + name + " does not exist on this machine; give one that `ip link` shows");
            } else if (!found.isUp()) {
                problems.add("cluster.interface " + name + " is down; run `ip link set " + name + " up`");
            } else if (found.getInterfaceAddresses().isEmpty()) {
                problems.add("cluster.interface " + name + " has no address; give it one with `ip address add`");
            }
        } catch (SocketException e) {
            problems.add("the network interfaces cannot be read (" + e.getMessage() + ")");
        }
    }

    /** Whether the effective capabilities of a status file hold CAP_NET_ADMIN. */
    static boolean capable(Path status) {
        return capable(status, CAP_NET_ADMIN);
    }

    private static boolean capable(Path status, int capability) {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("CapEff:")) {
                    long mask = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                    return (mask >>> capability & 1) == 1;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // No readable status: let the kernel decide when the table is opened.
            return true;
        }
        return true;
    }

    private static void highAvailability(Ha ha, List<String> problems) {
        Path fifo = ha.keepalivedFifo();
        if (fifo != null && Files.exists(fifo) && !isFifo(fifo)) {
            problems.add("ha.keepalived-fifo " + fifo + " is not a FIFO; remove it or choose another path");
        } else if (fifo != null && Files.exists(fifo) && !(Files.isReadable(fifo) && Files.isWritable(fifo))) {
            problems.add("ha.keepalived-fifo " + fifo
                    + " cannot be opened by this user; make it the node's user's with `chown`, or run as root");
        }
        Path track = ha.trackFile();
        if (track != null && Files.exists(track) && !Files.isRegularFile(track)) {
            problems.add("ha.track-file " + track + " is not an ordinary file; choose another path");
        }
    }

    /** Whether a path leads to a named pipe. */
    public static boolean isFifo(Path path) {
        try {
            return ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == FIFO_TYPE;
        } catch (IOException | UnsupportedOperationException unreadable) {
            return false;
        }
    }

    private static void socketFolder(Path socket, List<String> problems) {
        Path folder = socket.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(socket)) {
            problems.add("control.socket " + socket + " is a folder; give the path of a socket inside it");
            return;
        }
        // The node makes the last folder of the path itself, as /run is empty after a boot.
        Path existing = Files.exists(folder) ? folder : folder.getParent();
        if (existing == null || !Files.isDirectory(existing)) {
            problems.add("control.socket " + socket + " lies in no folder; make it with `mkdir -p " + folder + "`");
        } else if (!Files.isWritable(existing)) {
            problems.add("control.socket " + socket + " cannot be made, as " + existing
                    + " is not writable by this user; run as root or choose another path");
        }
    }
}
