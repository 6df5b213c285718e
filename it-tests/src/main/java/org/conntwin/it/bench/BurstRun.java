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
    /** What follows a commit, such as reading the table, is over then. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

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
        // The figure is by definition what is missing after this time.
        FailoverRun.rest(Duration.ofNanos(Math.max(0, JUDGED_AFTER.toNanos() - (System.nanoTime() - end))));
        long missing = entries - pair.entriesOnBackup();

        ProcessUsage activeAfter = pair.process(1).usage();
        ProcessUsage backupAfter = pair.process(2).usage();
        DeviceCounters wire = SyncNetwork.counters(first).since(wireBefore);
        double secondCpu = anotherBurst(pair, product, entries);
        double thirdCpu = anotherBurst(pair, product, entries);
        // That is when twins are committed. The kernel of another machine would not make events because somebody
        // listens
        // on this one, nor search among what is in this one's table.
        pair.process(1).kill();
        first.kernel().flush();
        double commit = secondsToCommit(pair, backupKernel, entries);
        long committed = backupKernel.count();
        FailoverRun.rest(SETTLED);
        double secondCommit = secondsToCommit(pair, backupKernel, entries);
        double each = entries;
        return new BurstFigures(
                insertsPerSecond,
                missing,
                complete,
                (activeAfter.cpuSeconds() - activeBefore.cpuSeconds()) * 1e6 / each,
                (backupAfter.cpuSeconds() - backupBefore.cpuSeconds()) * 1e6 / each,
                secondCpu * 1e6 / each,
                thirdCpu * 1e6 / each,
                (activeAfter.residentBytes() - activeBefore.residentBytes()) / each,
                (backupAfter.residentBytes() - backupBefore.residentBytes()) / each,
                activeAfter.residentBytes() / each,
                backupAfter.residentBytes() / each,
                (wire.sentBytes() + wire.receivedBytes()) / each,
                commit,
                committed,
                secondCommit);
    }

    /** CPU seconds of both for the same burst once more; NaN when one end or the other did not come in time. */
    private static double anotherBurst(ReplicatingPair pair, Product product, int entries) {
        KernelView kernel = pair.network().firewall(1).kernel();
        kernel.flush();
        try {
            Awaitility.await().atMost(COMPLETE_LIMIT).until(() -> pair.entriesOnBackup() < entries / 100);
        } catch (ConditionTimeoutException e) {
            return Double.NaN;
        }
        FailoverRun.rest(JUDGED_AFTER);
        double before =
                pair.process(1).usage().cpuSeconds() + pair.process(2).usage().cpuSeconds();
        insert(kernel.namespace(), product, entries);
        double complete = secondsUntilComplete(pair, entries, System.nanoTime());
        FailoverRun.rest(JUDGED_AFTER);
        double after =
                pair.process(1).usage().cpuSeconds() + pair.process(2).usage().cpuSeconds();
        return Double.isNaN(complete) ? complete : after - before;
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
}
