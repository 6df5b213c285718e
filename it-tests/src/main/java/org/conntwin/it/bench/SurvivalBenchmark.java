package org.conntwin.it.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.LatencyProgram;

/**
 * The share of 2,000 TCP and 2,000 UDP flows that live on after a failover: by the rate of other new entries, by the loss on
 * the sync network, and by what happens to the active firewall. The flows are translated and a second old when it happens.
 * Needs root and Debian's conntrackd.
 */
public final class SurvivalBenchmark {
    private static final int FLOWS = 2_000;
    private static final int UDP_MILLIS = 500;
    private static final int FAST = 10_000;
    private static final int LOAD_SECONDS = 40;
    private static final long ROOM = 600_000;
    private static final Duration AGE = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(12);

    private SurvivalBenchmark() {}

    /** What happens to the active firewall. */
    enum Kill {
        /** Its daemon is killed, and the addresses move. */
        KILLED("killed"),
        /** It can be reached no more, and does not know. */
        CUT("cut off"),
        /** The addresses move, both are told. */
        PLANNED("planned");

        private final String text;

        Kill(String text) {
            this.text = text;
        }
    }

    /**
     * One failover.
     *
     * @param rate of other new entries a second
     * @param loss on the sync network, in percent
     */
    record Scenario(Kill kill, int rate, int loss) {
        String text() {
            return String.format(Locale.ROOT, "%s, %,d/s, loss %d %%", kill.text, rate, loss);
        }
    }

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario(Kill.KILLED, 0, 0),
            new Scenario(Kill.KILLED, 0, 5),
            new Scenario(Kill.KILLED, 0, 20),
            new Scenario(Kill.KILLED, FAST, 0),
            new Scenario(Kill.KILLED, FAST, 5),
            new Scenario(Kill.KILLED, FAST, 20),
            new Scenario(Kill.CUT, FAST, 0),
            new Scenario(Kill.PLANNED, FAST, 0));

    /** Runs it; exits with 1 and one line when something is missing. */
    public static void main(String[] arguments) {
        try {
            ComparisonTable.print(run());
        } catch (LabException e) {
            System.err.println("SurvivalBenchmark: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Measures; prints progress, and no table. */
    static List<Measure> run() {
        List<Measure> rows = new ArrayList<>();
        for (Scenario scenario : SCENARIOS) {
            System.out.println("survival: " + scenario.text());
            List<Integer> ours = Products.conntwin(ROOM, pair -> alive(pair, scenario));
            List<Integer> theirs = Products.conntrackd(ROOM, pair -> alive(pair, scenario));
            for (int i = 0; i < 2; i++) {
                rows.add(new Measure(
                        "%% of %s alive: %s".formatted(i == 0 ? "TCP" : "UDP", scenario.text()),
                        ComparisonTable.percent(ours.get(i), FLOWS),
                        ComparisonTable.percent(theirs.get(i), FLOWS),
                        Aim.atLeast(100)));
            }
        }
        return rows;
    }

    private static List<Integer> alive(ReplicatingPair pair, Scenario scenario) {
        FailoverRun run = new FailoverRun(pair, scenario.loss, UDP_MILLIS);
        if (scenario.rate > 0) {
            load(pair, scenario.rate);
        }
        run.open(FLOWS, FLOWS);
        FailoverRun.rest(AGE);
        fail(pair, run, scenario.kill);
        run.mark();
        try {
            Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> run.alive().stream().allMatch(count -> count == FLOWS));
        } catch (ConditionTimeoutException e) {
            // Those that are missing are dead.
        }
        List<Integer> alive = run.alive();
        System.out.println("  alive: TCP " + alive.get(0) + ", UDP " + alive.get(1));
        return alive;
    }

    /** Other entries that are born in the first's table, until after the failover. */
    private static void load(ReplicatingPair pair, int rate) {
        LabProcess.start(
                pair.lab(),
                "load",
                pair.network().firewall(1).namespace(),
                Programs.command(
                        Product.ofThisBuild(),
                        LatencyProgram.class,
                        "make",
                        Integer.toString(rate * LOAD_SECONDS),
                        Integer.toString(rate),
                        pair.lab().directory().resolve("born").toString()));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> pair.network().firewall(1).kernel().count() > rate);
    }

    private static void fail(ReplicatingPair pair, FailoverRun run, Kill kill) {
        switch (kill) {
            case KILLED -> {
                pair.process(1).kill();
                run.moveAddresses();
                pair.tellMaster();
            }
            case CUT -> {
                pair.network().cut(run.firewall(1));
                run.unplug();
                run.assignToBackup();
                pair.tellMaster();
            }
            case PLANNED -> {
                run.moveAddresses();
                pair.tellMaster();
                pair.tellBackup();
            }
        }
    }
}
