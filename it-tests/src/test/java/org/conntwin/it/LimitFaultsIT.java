package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.EventBuffer;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.TableProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no node has enough of: buffers, room, helpers. Afterwards nothing is missing or left over, or it is told by cause. */
@KernelLab
class LimitFaultsIT {
    private static final Duration HEALED = Duration.ofSeconds(5);
    private static final Duration LOADED = Duration.ofSeconds(30);
    private static final int MANY = 20_000;
    /** More than fits into 64 MiB of heap. */
    private static final int TOO_MANY = 180_000;
    /** So many of them have one client's address. */
    private static final int AN_ADDRESS = 50_000;

    private ClusterLab cluster;

    @BeforeEach
    void twoFirewalls() {
        cluster = ClusterLab.of(2);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private long counter(int node, String topic, String name) {
        return cluster.control(node).stats(topic).at(name).number();
    }

    private long refused(int node, String cache) {
        return cluster.control(node).stats("cache").at(cache).at("refused").number();
    }

    @Test
    void aNodeWhoseEventBufferIsTinyLosesEventsAndNothingElse() {
        LabProcess active = start(1, "active");
        start(2, "backup");
        EventBuffer.shrink(active, 1);
        cluster.kernel(1).insertAll(Entries.tcpLines(MANY));
        Healing healing = Healing.begins();
        double whole = healing.untilEntries(cluster.control(2), "external", MANY);
        healing.untilParity(cluster.control(2));
        long overruns = counter(1, "events", "overruns");
        assertThat(overruns).isPositive();
        assertThat(cluster.control(1).entries("internal")).isEqualTo(MANY);
        cluster.kernel(1).flush();
        Healing ended = Healing.begins();
        double gone = ended.untilEntries(cluster.control(2), "external", 0);
        ended.untilParity(cluster.control(2));
        figure("tiny event buffer: %d flows born (%d overruns, whole %.2f s later) and ended (none left %.2f s later)"
                .formatted(MANY, overruns, whole, gone));
    }

    private LabProcess start(int number, String role) {
        cluster.start(number, cluster.settings(number).as(role));
        return cluster.node(number);
    }

    @Test
    void cachesThatAreFullTellWhatTheyLackAndGetItOnceThereIsRoom() {
        start(1, "active");
        cluster.start(2, cluster.settings(2), List.of("CONNTWIN_HEAP=64m"));
        burst(1);
        secondsUntil("what has no room is counted", LOADED, () -> lacks(2, "external"));
        long limit = cluster.control(2).entries("external");
        CommandResult verify = cluster.control(2).run("verify");
        assertThat(verify.exitCode()).isEqualTo(3);
        assertThat(verify.stdout()).contains((TOO_MANY - limit) + " ");

        burst(2);
        secondsUntil("what has no room is counted", LOADED, () -> lacks(2, "internal"));
        assertThat(cluster.control(2).entries("internal")).isEqualTo(limit);
        assertThat(refused(2, "internal")).isEqualTo(TOO_MANY - limit);

        for (int number = 1; number <= 2; number++) {
            cluster.kernel(number).delete("-s 10.1.0.1");
            cluster.kernel(number).delete("-s 10.1.0.2");
        }
        Healing healing = Healing.begins();
        double whole = healing.until("nothing is lacking", () -> !lacks(2, "external") && !lacks(2, "internal"));
        for (int number = 1; number <= 2; number++) {
            healing.untilEntries(cluster.control(number), "external", TOO_MANY - 2 * AN_ADDRESS);
            assertThat(cluster.control(number).entries("internal")).isEqualTo(TOO_MANY - 2 * AN_ADDRESS);
            healing.untilParity(cluster.control(number));
        }
        figure("caches full at %d of %d entries: whole %.2f s after there was room".formatted(limit, TOO_MANY, whole));
    }

    @Test
    void anEntryWhoseHelperTheBackupDoesNotKnowIsCommittedWithoutItAndCounted() {
        String userspace = cluster.settings(1).as("active").yaml().replace("table: kernel\n", "table: userspace\n");
        cluster.start(1, "fw1", cluster.write("fw1.yaml", userspace));
        start(2, "backup");
        // The kernel's helper for IRC is for IPv4 alone.
        String flow = "tcp 6 431999 ESTABLISHED src=%1$s dst=%2$s sport=%3$d dport=6667"
                + " src=%2$s dst=%1$s sport=6667 dport=%3$d [ASSURED] mark=0%4$s\n";
        Path lines = cluster.write(
                "flows",
                flow.formatted("fd99:1::2", "fd99:2::2", 1001, " helper=irc")
                        + flow.formatted("fd99:1::2", "fd99:2::2", 1002, ""));
        cluster.control(1).done("load", lines.toString());
        secondsUntilEntries(cluster.control(2), "external", 2, HEALED);
        secondsUntilParity(cluster.control(2), HEALED);
        CommandResult commit = cluster.control(2).run("commit", "--strict");
        assertThat(commit.exitCode()).isEqualTo(1);
        assertThat(commit.stdout())
                .contains("created 1,", "failed 1)", "helper irc is not known here, committed without it");
        assertThat(cluster.kernel(2).entries()).hasSize(2).noneMatch(line -> line.contains("helper="));
        secondsUntilParity(cluster.control(1), HEALED);
        assertThat(cluster.control(1).dump("external")).hasSize(2);
    }

    private boolean lacks(int node, String cache) {
        return cluster.control(node).done("status").stdout().contains("the " + cache + " cache refused entries");
    }

    private void burst(int number) {
        CommandResult burst = cluster.firewall(number)
                .namespace()
                .command(Programs.command(cluster.product(), TableProgram.class, "burst", Integer.toString(TOO_MANY)))
                .runOrThrow();
        figure(burst.stdout().strip());
    }
}
