package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.secondsUntil;
import static org.conntwin.it.Stopwatch.secondsUntilEntries;
import static org.conntwin.it.Stopwatch.secondsUntilParity;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Command;
import org.conntwin.it.lab.Control;
import org.conntwin.it.lab.EntryLine;
import org.conntwin.it.lab.Json;
import org.conntwin.it.lab.KernelView;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.TableProgram;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What scripts read: dump lines beside those of `conntrack`, the keys and types of the JSON outputs. */
@Waits
@KernelLab
class LineFormatsIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int LIFETIME_SECONDS = 3_600;
    private static final int ENTRIES = 44;
    private static final int EXPECTATIONS = 2;

    private static ClusterLab cluster;
    private static Control first;
    private static Control second;
    private static KernelView kernel;

    @BeforeAll
    static void everyKindOnTheFirst() {
        cluster = ClusterLab.of(2);
        cluster.firewall(1).namespace().lifetimes(LIFETIME_SECONDS);
        cluster.firewall(1).namespace().ruleset(Rulesets.WITH_LABELS);
        cluster.start(1, cluster.settings(1).as("active"));
        cluster.start(2);
        first = cluster.control(1);
        second = cluster.control(2);
        kernel = cluster.kernel(1);
        cluster.firewall(1)
                .namespace()
                .command(Programs.command(cluster.product(), TableProgram.class, "kinds"))
                .runOrThrow();
        secondsUntilEntries(second, "external", ENTRIES, SOON);
        secondsUntilParity(second, SOON);
        secondsUntil("nothing is behind", SOON, LineFormatsIT::nothingIsBehind);
    }

    private static boolean nothingIsBehind() {
        return second.status().at("expectations").at("external").number() == EXPECTATIONS
                && second.status()
                                .at("peers")
                                .elements()
                                .getFirst()
                                .at("lagEntries")
                                .number()
                        == 0;
    }

    @AfterAll
    static void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Words in their order, timeouts as "N", what only one side prints taken out. */
    private static List<String> words(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceAll(" (labels=\\S+|use=\\d+|origin=\\S+|\\[active since \\d+s])", "")
                        .replaceFirst("^(\\S+ +\\d+) \\d+", "$1 N")
                        .stripTrailing())
                .sorted()
                .toList();
    }

    @Test
    void theTablesDumpIsConntracksListingBlankForBlank() {
        assertThat(words(first.dump("table"))).isEqualTo(words(kernel.plainEntries()));
    }

    @Test
    void bothCachesDumpTheSameLinesAndAppendTheirAge() {
        List<String> internal = first.dump("internal");
        assertThat(words(internal)).isEqualTo(words(kernel.plainEntries()));
        assertThat(internal).allSatisfy(line -> assertThat(line).containsPattern(" \\[active since \\d+s]$"));
        List<String> external = second.dump("external", "ct");
        assertThat(words(external)).isEqualTo(words(kernel.plainEntries()));
        assertThat(external)
                .allSatisfy(line -> assertThat(line)
                        .containsPattern(
                                "\\[active since \\d+s].* origin=fw1|" + " origin=fw1 .*\\[active since \\d+s]"));
    }

    @Test
    void remainingSecondsFollowTheKernel() {
        assertThat(first.dump("table", "--filter", "proto=gre"))
                .allSatisfy(line -> assertThat(Long.parseLong(line.split("\\s+", -1)[2]))
                        .isBetween(LIFETIME_SECONDS / 10L, (long) LIFETIME_SECONDS));
    }

    @Test
    void expectationsAreDumpedAsConntrackListsThem() {
        List<String> listed = kernel.expectations().stream()
                .map(EntryLine::reducedExpectation)
                .sorted()
                .toList();
        assertThat(listed).hasSize(EXPECTATIONS);
        for (List<String> dump : List.of(
                first.dump("table", "expect"),
                first.dump("internal", "expect"),
                second.dump("external", "expect"),
                first.done("expect", "list").lines())) {
            assertThat(dump.stream().map(EntryLine::reducedExpectation).sorted().toList())
                    .isEqualTo(listed);
        }
    }

    @Test
    void filtersSelect() {
        Map<String, Integer> expected = Map.of(
                "proto=gre", 2,
                "proto=sctp state=ESTABLISHED", 1,
                "zone=7", 3,
                "dport=21", 3,
                "proto=udp src=10.0.0.0/8", 4,
                "src=fd00:1::/64", 4,
                "state=TIME_WAIT", 1,
                "origin=nobody", 0);
        expected.forEach((filter, count) -> assertThat(second.dump("external", "--filter", filter))
                .as(filter)
                .hasSize(count));
        assertThat(second.run("dump", "external", "--filter", "color=blue").exitCode())
                .isEqualTo(2);
    }

    @Test
    void jsonDumpsAreOneObjectALine() {
        List<String> lines = first.dump("table", "--format", "json");
        assertThat(lines).hasSize(ENTRIES);
        assertThat(lines).allSatisfy(line -> assertThat(Json.parse(line).keys()).isNotEmpty());
        assertThat(first.done("dump", "table", "--format", "xml").stdout()).contains("<");
    }

    @Test
    void statusHasTheKeysAndTypesThatScriptsReadAndNoMore() {
        Json status = second.status();
        assertThat(status.keys())
                .containsExactlyInAnyOrder(
                        "node",
                        "role",
                        "table",
                        "incarnation",
                        "entries",
                        "expectations",
                        "peers",
                        "lastCommit",
                        "degraded");
        assertThat(status.at("node").text()).isEqualTo("fw2");
        assertThat(status.at("role").text()).isEqualTo("backup");
        assertThat(status.at("table").text()).isEqualTo("kernel");
        assertThat(status.at("incarnation").number()).isPositive();
        for (String what : List.of("entries", "expectations")) {
            assertThat(status.at(what).keys()).containsExactlyInAnyOrder("internal", "external", "table");
            assertThat(status.at(what).at("internal").number()).isZero();
            assertThat(status.at(what).at("table").number()).isZero();
        }
        assertThat(status.at("entries").at("external").number()).isEqualTo(ENTRIES);
        assertThat(status.at("expectations").at("external").number()).isEqualTo(EXPECTATIONS);
        assertThat(status.at("degraded").elements()).isEmpty();
        assertThat(status.at("lastCommit").value()).isNull();

        Json peer = status.at("peers").elements().getFirst();
        assertThat(peer.keys())
                .containsExactlyInAnyOrder(
                        "name",
                        "state",
                        "role",
                        "incarnation",
                        "entries",
                        "lagMillis",
                        "lagEntries",
                        "parity",
                        "parityAgeSeconds");
        assertThat(peer.at("name").text()).isEqualTo("fw1");
        assertThat(peer.at("state").text()).isEqualTo("up");
        assertThat(peer.at("role").text()).isEqualTo("active");
        assertThat(peer.at("incarnation").number()).isPositive();
        assertThat(peer.at("entries").number()).isEqualTo(ENTRIES);
        assertThat(peer.at("lagMillis").real()).isNotNegative();
        assertThat(peer.at("lagEntries").number()).isZero();
        assertThat(peer.at("parity").truth()).isTrue();
        assertThat(peer.at("parityAgeSeconds").real()).isNotNegative();
    }

    @Test
    void statsHaveTheTopicsAndCountersThatScriptsRead() {
        Json all = Json.parse(first.done("stats", "--json").stdout());
        assertThat(all.keys()).contains("cache", "network", "events", "commit", "runtime");
        assertThat(all.at("events").keys()).contains("received", "lost", "overruns", "filtered");
        assertThat(all.at("events").at("received").number()).isGreaterThanOrEqualTo(ENTRIES);
        assertThat(all.at("events").at("overruns").number()).isZero();
        assertThat(all.at("network").keys()).contains("sentBytes", "sentMessages", "receivedMessages", "dropped");
        assertThat(all.at("network").at("sentBytes").number()).isPositive();
        assertThat(all.at("network").at("dropped").keys()).isNotEmpty();
        for (String topic : List.of("cache", "network", "events", "commit", "runtime")) {
            assertThat(first.stats(topic).keys()).as(topic).isNotEmpty();
            assertThat(first.done("stats", topic).lines()).as(topic).isNotEmpty();
        }
    }

    @Test
    void optionsMayStandBeforeOrAfterTheCommand() {
        String socket = cluster.settings(1).socket().toString();
        for (List<String> words : List.of(
                List.of("--socket", socket, "--json", "status"),
                List.of("status", "--json", "--socket", socket),
                List.of("--socket", socket, "status", "--json"))) {
            assertThat(Json.parse(Command.of(cluster.product().command(words))
                                    .runOrThrow()
                                    .stdout())
                            .at("node")
                            .text())
                    .isEqualTo("fw1");
        }
    }

    @Test
    void runningConfigurationIsShown() {
        assertThat(first.done("config", "show").stdout())
                .contains("node: fw1")
                .contains("bind-address: " + cluster.firewall(1).syncAddress());
    }
}
