package org.conntwin.it.bench;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.DeviceCounters;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.KernelView;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.ProcessUsage;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.SyncNetwork;
import org.conntwin.it.traffic.TableProgram;

/** One burst into one pair, measured from outside. */
final class BurstRun {
    private static final Duration JUDGED_AFTER = Duration.ofSeconds(5);
    private static final Duration COMPLETE_LIMIT = Duration.ofMinutes(1);
    private static final Duration BURST_LIMIT = Duration.ofMinutes(5);

    private BurstRun() {}

    static BurstFigures measure(ReplicatingPair pair, Product product, int entries) {
        Firewall first = pair.network().firewall(1);
        KernelView backupKernel = pair.network().firewall(2).kernel();
        ProcessUsage activeBefore = pair.process(1).usage();
        ProcessUsage backupBefore = pair.process(2).usage();
        DeviceCounters wireBefore = SyncNetwork.counters(first);

        double insertsPerSecond = insert(first.namespace(), product, entries);
        long end = System.nanoTime();
        double complete = secondsUntilComplete(pair, entries, end);
        rest(Duration.ofNanos(Math.max(0, JUDGED_AFTER.toNanos() - (System.nanoTime() - end))));
        long missing = entries - pair.entriesOnBackup();

        ProcessUsage activeAfter = pair.process(1).usage();
        ProcessUsage backupAfter = pair.process(2).usage();
        DeviceCounters wire = SyncNetwork.counters(first).since(wireBefore);
        double commit = secondsToCommit(pair, backupKernel, entries);
        long committed = backupKernel.count();
        double secondCommit = secondsToCommit(pair, backupKernel, entries);
        double each = entries;
        return new BurstFigures(
                insertsPerSecond,
                missing,
                complete,
                (activeAfter.cpuSeconds() - activeBefore.cpuSeconds()) * 1e6 / each,
                (backupAfter.cpuSeconds() - backupBefore.cpuSeconds()) * 1e6 / each,
                (activeAfter.residentBytes() - activeBefore.residentBytes()) / each,
                (backupAfter.residentBytes() - backupBefore.residentBytes()) / each,
                activeAfter.residentBytes() / each,
                backupAfter.residentBytes() / each,
                (wire.sentBytes() + wire.receivedBytes()) / each,
                commit,
                committed,
                secondCommit);
    }

    /** Inserts at full speed into a namespace's kernel table. @return entries a second */
    static double insert(Namespace namespace, Product product, int entries) {
        Command burst = namespace
                .command(Programs.command(product, TableProgram.class, "burst", Integer.toString(entries)))
                .within(BURST_LIMIT);
        String line = burst.runOrThrow().stdout().strip();
        System.out.println("  " + line);
        return Double.parseDouble(line.replaceFirst(".*\\((\\d+)/s\\).*", "$1"));
    }

    private static double secondsUntilComplete(ReplicatingPair pair, long entries, long since) {
        try {
            Awaitility.await()
                    .atMost(COMPLETE_LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> pair.entriesOnBackup() >= entries);
            return (System.nanoTime() - since) / 1e9;
        } catch (ConditionTimeoutException e) {
            return Double.NaN;
        }
    }

    private static double secondsToCommit(ReplicatingPair pair, KernelView kernel, int entries) {
        long start = System.nanoTime();
        double seconds = pair.commit();
        double wall = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "  %s: commit took %.2f s, the command %.2f s, %d of %d in the table%n",
                pair.product(), seconds, wall, kernel.count(), entries);
        return seconds;
    }

    private static void rest(Duration duration) {
        try {
            // The figure is by definition what is missing after this time.
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
