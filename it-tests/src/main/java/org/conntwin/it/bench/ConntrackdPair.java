package org.conntwin.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.SyncNetwork;

/** Debian's conntrackd: FTFW over UDP on the sync network, with buffers and limits far above its example's. */
final class ConntrackdPair implements ReplicatingPair {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern TAKEN = Pattern.compile("commit has taken ([0-9.]+) seconds");
    private static final Pattern EXTERNAL = Pattern.compile("cache external:\\s+current active connections:\\s+(\\d+)");

    private final Lab lab;
    private final SyncNetwork network;
    private final Path directory;
    private final Twins twins;
    private final List<LabProcess> processes = new ArrayList<>();
    private final LabProcess masterScript;
    private final LabProcess backupScript;

    ConntrackdPair(Lab lab, SyncNetwork network, Twins twins) {
        this.twins = twins;
        this.lab = lab;
        this.network = network;
        this.directory = lab.directory();
        if (!isInstalled()) {
            throw new LabException("conntrackd is not installed: run apt-get install conntrackd netbase");
        }
        for (Firewall firewall : network.firewalls()) {
            Firewall peer = network.firewall(3 - firewall.number());
            Path file = write(firewall, peer);
            processes.add(LabProcess.start(
                    lab,
                    "conntrackd " + firewall.number(),
                    firewall.namespace(),
                    List.of("conntrackd", "-C", file.toString())));
        }
        for (Firewall firewall : network.firewalls()) {
            Awaitility.await("conntrackd answers")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> ask(firewall.number(), "-s").exitCode() == 0);
        }
        masterScript = script(2, "master", "-c", "-f", "-R", "-B");
        backupScript = script(1, "backup", "-t", "-n");
    }

    /** The steps of the notify script that it comes with, in a shell that waits for a line before it starts. */
    private LabProcess script(int node, String name, String... options) {
        Firewall firewall = network.firewall(node);
        String steps = Arrays.stream(options)
                .map(option -> String.join(" ", client(node)) + " " + option)
                .collect(Collectors.joining("; "));
        return LabProcess.start(
                lab, "notify " + name, firewall.namespace(), List.of("sh", "-c", "read go; " + steps + "; echo done"));
    }

    private static boolean isInstalled() {
        return Command.of("sh", "-c", "PATH=$PATH:/usr/sbin command -v conntrackd")
                        .run()
                        .exitCode()
                == 0;
    }

    private Path write(Firewall own, Firewall peer) {
        String name = own.name();
        String text = """
                Sync {
                  Mode FTFW {
                    DisableExternalCache %s
                    ResendQueueSize 1000000
                  }
                  UDP {
                    IPv4_address %s
                    IPv4_Destination_Address %s
                    Port 3780
                    Interface %s
                    SndSocketBuffer 24985600
                    RcvSocketBuffer 24985600
                    Checksum on
                  }
                  Options {
                    TCPWindowTracking off
                    ExpectationSync on
                  }
                }
                General {
                  HashSize 262144
                  HashLimit 4000000
                  LogFile %s
                  Syslog off
                  LockFile %s
                  UNIX {
                    Path %s
                  }
                  NetlinkBufferSize 83886080
                  NetlinkBufferSizeMaxGrowth 167772160
                  NetlinkOverrunResync on
                  NetlinkEventsReliable off
                  EventIterationLimit 100
                  Filter From Userspace {
                    Address Ignore {
                      IPv4_address 127.0.0.1
                      IPv4_address %s
                      IPv4_address %s
                    }
                  }
                }
                """.formatted(
                        twins == Twins.IN_CACHE ? "off" : "on",
                        own.syncAddress(),
                        peer.syncAddress(),
                        Firewall.SYNC_DEVICE,
                        directory.resolve(name + ".log"),
                        directory.resolve(name + ".lock"),
                        directory.resolve(name + ".ctl"),
                        own.syncAddress(),
                        peer.syncAddress());
        try {
            return Files.writeString(directory.resolve(name + ".conf"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its client reads the same file, and checks the interface in it, so it has to run beside the daemon. */
    private CommandResult ask(int node, String option) {
        Firewall firewall = network.firewall(node);
        return firewall.namespace()
                .command(client(node))
                .with(List.of(option))
                .within(LIMIT)
                .run();
    }

    private List<String> client(int node) {
        Path file = directory.resolve(network.firewall(node).name() + ".conf");
        return List.of("conntrackd", "-C", file.toString());
    }

    @Override
    public Lab lab() {
        return lab;
    }

    @Override
    public void tellMaster() {
        masterScript.say("go");
    }

    @Override
    public void tellBackup() {
        backupScript.say("go");
    }

    @Override
    public List<String> statusCommand() {
        List<String> words = new ArrayList<>(client(1));
        words.add("-s");
        return words;
    }

    @Override
    public String product() {
        return "conntrackd";
    }

    @Override
    public SyncNetwork network() {
        return network;
    }

    @Override
    public LabProcess process(int node) {
        return processes.get(node - 1);
    }

    @Override
    public long entriesOnBackup() {
        if (twins == Twins.IN_KERNEL) {
            return network.firewall(2).kernel().count();
        }
        Matcher matcher = EXTERNAL.matcher(ask(2, "-s").stdout());
        if (!matcher.find()) {
            throw new LabException("conntrackd's statistics do not show its external cache");
        }
        return Long.parseLong(matcher.group(1));
    }

    @Override
    public double commit() {
        long before = reportedCommits().size();
        ask(2, "-c").orThrow("conntrackd -c");
        // One report for the entries, one for the expectations.
        Awaitility.await("conntrackd reports its commit")
                .atMost(LIMIT)
                .until(() -> reportedCommits().size() >= before + 2);
        return reportedCommits().stream()
                .skip(before)
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private List<Double> reportedCommits() {
        try {
            return Files.readAllLines(directory.resolve("fw2.log")).stream()
                    .map(TAKEN::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> Double.parseDouble(matcher.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
