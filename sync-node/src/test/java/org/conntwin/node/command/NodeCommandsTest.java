package org.conntwin.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.conntwin.node.command.TestNode.Printed;
import org.conntwin.node.fake.FakeNetwork;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.proto.Kind;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableException;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.text.ExpectationText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeCommandsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeNetwork network = new FakeNetwork(1);
    private final TestNode active = new TestNode(network, "fw1");
    private final TestNode backup = new TestNode(network, "fw2");

    @BeforeEach
    void someFlows() {
        for (int flow = 0; flow < 10; flow++) {
            active.table.traffic(Flows.flow(flow));
        }
        active.table.expect(Flows.expectation(1, Expectation.PERMANENT, "ftp"));
        await().atMost(LONG)
                .until(() -> backup.parts.external().size(Kind.CONNTRACK) == 10
                        && backup.parts.external().size(Kind.EXPECTATION) == 1);
        await().atMost(LONG).until(() -> parity(active) && parity(backup));
    }

    private static boolean parity(TestNode node) {
        return node.parts.replication().peers().stream().allMatch(peer -> peer.up() && peer.parity())
                && !node.parts.replication().peers().isEmpty();
    }

    @AfterEach
    void stop() {
        active.close();
        backup.close();
        network.close();
    }

    @Test
    void shouldTellItsStatusByTheContract() {
        active.run("role", "active");
        await().atMost(LONG).until(() -> backup.parts.replication().claimOf("fw1") > 0 && parity(backup));
        Map<String, @Nullable Object> json =
                ParsedJson.object(backup.run("status", "--json").line());
        assertThat(json.keySet())
                .containsExactly(
                        "node",
                        "role",
                        "table",
                        "incarnation",
                        "entries",
                        "expectations",
                        "peers",
                        "lastCommit",
                        "degraded");
        assertThat(json)
                .containsEntry("node", "fw2")
                .containsEntry("role", "backup")
                .containsEntry("table", "kernel")
                .containsEntry("incarnation", 1000L)
                .containsEntry("lastCommit", null)
                .containsEntry("degraded", List.of());
        assertThat(ParsedJson.object(json, "entries"))
                .containsExactly(Map.entry("internal", 0L), Map.entry("external", 10L), Map.entry("table", 0L));
        assertThat(ParsedJson.object(json, "expectations"))
                .containsExactly(Map.entry("internal", 0L), Map.entry("external", 1L), Map.entry("table", 0L));
        String peer = String.valueOf(json.get("peers"));
        assertThat(peer)
                .contains("name=fw1", "state=up", "role=active", "incarnation=1001", "entries=10", "parity=true")
                .containsPattern("lagMillis=\\d+, lagEntries=\\d+, parity=true, parityAgeSeconds=\\d+");
        assertThat(backup.run("status").lines())
                .contains("node fw2: backup, table kernel, incarnation 1000", "no commit yet")
                .contains("entries: internal 0, external 10, table 0");
    }

    @Test
    void shouldTellItsLastCommitAndWhatIsDegraded() {
        network.kill("fw1");
        await().atMost(LONG)
                .until(() -> !backup.parts.replication().peers().getFirst().up());
        backup.run("role", "active");
        Map<String, @Nullable Object> json =
                ParsedJson.object(backup.run("status", "--json").line());
        assertThat(json).containsEntry("role", "active").containsEntry("degraded", List.of("no peer in sight"));
        assertThat(String.valueOf(json.get("peers"))).contains("state=down", "parity=false");
        Map<String, @Nullable Object> commit = ParsedJson.object(json, "lastCommit");
        assertThat(commit.keySet())
                .containsExactly("at", "entries", "expectations", "created", "updated", "skipped", "failed", "seconds");
        assertThat(commit)
                .containsEntry("entries", 10L)
                .containsEntry("expectations", 1L)
                .containsEntry("created", 11L)
                .containsEntry("failed", 0L);
        assertThat(commit.get("seconds")).isInstanceOf(Double.class);
        assertThat(Instant.parse(String.valueOf(commit.get("at"))))
                .isBefore(Instant.now().plusSeconds(1));
    }

    @Test
    void shouldCountByTopicAndCause() {
        active.table.traffic(Flows.flow(1, 5));
        Map<String, @Nullable Object> json =
                ParsedJson.object(active.run("stats", "--json").line());
        assertThat(json.keySet()).containsExactly("cache", "network", "events", "commit", "runtime");
        assertThat(ParsedJson.object(json, "events"))
                .containsEntry("received", 11L)
                .containsEntry("lost", 2L)
                .containsEntry("overruns", 2L)
                .containsEntry("filtered", 0L);
        Map<String, @Nullable Object> network = ParsedJson.object(json, "network");
        assertThat(network).containsKeys("sentBytes", "sentMessages", "receivedMessages", "sentRecords", "gaps");
        assertThat(ParsedJson.object(network, "dropped"))
                .containsKeys("malformed", "stale-incarnation", "out-of-sequence", "unknown-kind", "forged");
        assertThat(ParsedJson.object(network, "controlDropped")).containsEntry("oversized", 4L);
        assertThat(ParsedJson.object(ParsedJson.object(json, "cache"), "internal"))
                .containsEntry("created", 11L)
                .containsEntry("updated", 1L)
                .containsEntry("entries", 10L)
                .containsEntry("refused", 0L);
        assertThat(ParsedJson.object(json, "runtime")).containsKeys("uptimeSeconds", "heapBytes", "threads");
        assertThat(ParsedJson.object(json, "commit")).containsEntry("entries", 0L);

        backup.table.refuse(change -> change instanceof TableChange.Insert(var entry)
                        && entry.original().equals(Flows.tuple(4))
                ? Outcome.TABLE_FULL
                : null);
        backup.run("commit", "all");
        Map<String, @Nullable Object> commit = ParsedJson.object(
                ParsedJson.object(backup.run("stats", "commit", "--json").line()), "commit");
        assertThat(commit).containsEntry("created", 10L).containsEntry("failed", 1L);
        assertThat(ParsedJson.object(commit, "causes")).containsEntry(Outcome.TABLE_FULL.meaning(), 1L);
        backup.run("commit", "ct");
        commit = ParsedJson.object(
                ParsedJson.object(backup.run("stats", "commit", "--json").line()), "commit");
        Map<String, @Nullable Object> total = ParsedJson.object(commit, "total");
        assertThat(total)
                .containsEntry("commits", 2L)
                .containsEntry("created", 10L)
                .containsEntry("failed", 2L);
        assertThat(ParsedJson.object(total, "causes")).containsEntry(Outcome.TABLE_FULL.meaning(), 2L);
        assertThat(ParsedJson.object(commit, "release"))
                .containsEntry("released", 0L)
                .containsKeys("purged", "failed");
        assertThat(backup.run("stats", "commit").lines()).startsWith("commit:", "  entries: 9");
    }

    @Test
    void shouldDumpCachesAndTable() {
        Printed internal = active.run("dump", "internal");
        assertThat(internal.exitCode()).isZero();
        assertThat(internal.lines()).hasSize(10).allMatch(line -> line.matches(".* \\[active since \\d+s\\]"));
        Printed external = backup.run("dump", "external", "ct", "--filter", "proto=udp", "--format", "text");
        assertThat(external.lines())
                .hasSize(4)
                .allMatch(line -> line.matches("udp .* \\[active since \\d+s\\] origin=fw1"));
        assertThat(active.run("dump", "table").lines()).contains(EntryText.line(Flows.flow(1)));
        assertThat(backup.run("dump", "table").lines()).isEmpty();
        assertThat(backup.run("dump", "external", "--filter", "origin=fw9").lines())
                .isEmpty();
        assertThat(active.run("dump", "internal", "--filter", "origin=fw1").lines())
                .hasSize(10);
        assertThat(active.run("dump", "internal", "--filter", "origin=fw2").lines())
                .isEmpty();
        String json =
                backup.run("dump", "external", "expect", "--format", "json").line();
        assertThat(ParsedJson.object(json)).containsEntry("origin", "fw1").containsEntry("permanent", true);
        assertThat(active.run("dump", "table", "expect").line())
                .isEqualTo(ExpectationText.line(Flows.expectation(1, Expectation.PERMANENT, "ftp")));
        assertThat(active.run("dump", "table", "--json", "--filter", "dport=80").lines())
                .allSatisfy(line -> assertThat(ParsedJson.object(line)).doesNotContainKey("origin"));
    }

    @Test
    void shouldCommitWithASummaryAndCauses() {
        assertThat(backup.run("commit", "all").line())
                .matches("committed 10 entries, 1 expectations in \\d+\\.\\d{3} s "
                        + "\\(created 11, updated 0, skipped 0, failed 0\\)");
        backup.table.refuse(change -> Outcome.TABLE_FULL);
        Printed failed = backup.run("commit", "ct");
        assertThat(failed.exitCode()).as("it ran").isZero();
        assertThat(failed.lines()).hasSize(2);
        assertThat(failed.lines().get(1)).isEqualTo("failed 10: " + Outcome.TABLE_FULL.meaning());
        assertThat(backup.run("commit", "ct", "--strict").exitCode()).isOne();
        assertThat(backup.run("role", "active", "--strict").exitCode()).isOne();
        backup.table.refuse(null);
        assertThat(backup.run("commit", "expect").line()).startsWith("committed 0 entries, 1 expectations");
    }

    @Test
    void shouldChangeRoles() {
        assertThat(active.run("role", "active").lines().getFirst()).startsWith("committed 0 entries");
        assertThat(active.run("role", "backup").line()).isEqualTo("role backup, own flows are released in 60 s");
        assertThat(active.run("role", "fault").line()).isEqualTo("role fault");
        assertThat(active.run("role", "king").error()).contains("\"king\" is not active, backup or fault");
    }

    @Test
    void shouldFlush() {
        assertThat(backup.run("flush", "external", "expect").line())
                .isEqualTo("flushed 0 entries, 1 expectations from the external cache");
        assertThat(active.run("flush", "internal").line())
                .isEqualTo("flushed 10 entries, 1 expectations from the internal cache");
        await("the peers hear of it")
                .atMost(LONG)
                .until(() -> backup.parts.external().size(Kind.CONNTRACK) == 0);
        assertThat(active.run("resync").line()).isEqualTo("read 11 records: added 11, updated 0, removed 0");
        assertThat(active.run("flush", "table", "all").line())
                .isEqualTo("flushed 10 entries, 1 expectations from the table");
        assertThat(active.table.count()).isZero();
    }

    @Test
    void shouldVerify() {
        assertThat(backup.run("verify").line()).isEqualTo("parity with fw1");
        assertThat(ParsedJson.object(backup.run("verify", "--json").line()))
                .containsEntry("parity", true)
                .containsEntry("differing", 0L);
        network.pause("fw1");
        Printed silent = backup.run("verify");
        assertThat(silent.exitCode()).isEqualTo(4);
        assertThat(silent.error()).startsWith("no answer from fw1");
        Printed said = backup.run("verify", "--json");
        assertThat(said.exitCode()).isEqualTo(4);
        assertThat(ParsedJson.object(said.lines().getFirst())).containsEntry("parity", false);
        network.resume("fw1");
        network.kill("fw1");
        await().atMost(LONG)
                .until(() -> !backup.parts.replication().peers().getFirst().up());
        assertThat(backup.run("verify").exitCode()).isEqualTo(4);
        assertThat(backup.run("request").exitCode()).isEqualTo(4);
    }

    @Test
    void shouldSendAndAskForEverything() {
        assertThat(active.run("bulk").line()).isEqualTo("sending 10 entries, 1 expectations to the peers");
        assertThat(backup.run("request").line()).isEqualTo("asked 1 peer for all that they own");
    }

    @Test
    void shouldLoadEntriesAndNameBadLines() {
        List<String> input = List.of(
                "# a comment",
                "",
                EntryText.line(Flows.flow(100)),
                "nonsense",
                EntryText.line(Flows.flow(1, 9)),
                "tcp 6 10 src=1.2.3.4");
        Printed printed = active.run(List.of("load"), input);
        assertThat(printed.exitCode()).isZero();
        assertThat(printed.lines()).containsExactly("loaded 1 entries, updated 1, skipped 2");
        assertThat(printed.errors()).hasSize(2);
        assertThat(printed.errors().get(0)).startsWith("load: line 4: ");
        assertThat(printed.errors().get(1)).startsWith("load: line 6: ");
        assertThat(active.parts.internal().owns(Flows.flow(100)))
                .as("as if it came by traffic")
                .isTrue();
        assertThat(Known.known(active.table.entry(Flows.tuple(1))).mark()).isEqualTo(9);
    }

    private static Map<String, @Nullable Object> json(TestNode node, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.add("--json");
        return ParsedJson.object(node.run(words, List.of()).line());
    }

    @Test
    void shouldTellMachinesWhatACommitDidAndWhy() {
        assertThat(json(backup, "commit", "all"))
                .containsEntry("entries", 10L)
                .containsEntry("expectations", 1L)
                .containsEntry("created", 11L)
                .containsEntry("failed", 0L)
                .containsEntry("causes", Map.of())
                .containsKeys("updated", "skipped", "seconds", "remarks");
        backup.table.refuse(change -> Outcome.TABLE_FULL);
        Printed strict = backup.run("commit", "ct", "--strict", "--json");
        assertThat(strict.exitCode()).isOne();
        assertThat(ParsedJson.object(strict.line()))
                .containsEntry("failed", 10L)
                .containsEntry("causes", Map.of(Outcome.TABLE_FULL.meaning(), 10L));
        backup.table.refuse(null);
        Map<String, @Nullable Object> role = json(backup, "role", "active");
        assertThat(role).containsEntry("role", "active").containsKeys("incarnation", "notes");
        assertThat((Long) Known.known(role.get("claim"))).isPositive();
        assertThat(ParsedJson.object(role, "commit")).containsEntry("failed", 0L);
        assertThat(json(backup, "role", "backup"))
                .containsEntry("role", "backup")
                .containsEntry("releaseSeconds", 60L);
    }

    @Test
    void shouldTellMachinesWhatItCounted() {
        assertThat(json(active, "bulk")).isEqualTo(Map.of("entries", 10L, "expectations", 1L));
        assertThat(json(backup, "request")).isEqualTo(Map.of("peers", 1L));
        assertThat(json(backup, "flush", "external", "expect")).isEqualTo(Map.of("entries", 0L, "expectations", 1L));
        assertThat(json(active, "resync")).isEqualTo(Map.of("read", 11L, "added", 0L, "updated", 0L, "removed", 0L));
        Printed load = active.run(List.of("load", "--json"), List.of(EntryText.line(Flows.flow(100)), "nonsense"));
        assertThat(ParsedJson.object(load.lines().getFirst()))
                .isEqualTo(Map.of("loaded", 1L, "updated", 0L, "skipped", 1L));
        Map<String, @Nullable Object> config = json(active, "config-show");
        assertThat(config).containsEntry("node", "fw1").containsEntry("table", "kernel");
        assertThat(ParsedJson.object(config, "cluster"))
                .containsEntry("port", 7600L)
                .containsEntry("insecure", true);
        assertThat(json(active, "stop")).isEqualTo(Map.of("stopping", true));
    }

    @Test
    void shouldStopAndShowItsConfiguration() {
        assertThat(active.run("stop").line()).isEqualTo("stopping");
        assertThat(active.stops).hasValue(1);
        assertThat(active.run("config-show").lines()).contains("node: fw1");
    }

    @ParameterizedTest
    @CsvSource({
        "dance, 'unknown command \"dance\": the command line is of another version than the node'",
        "dump, 'dump: \"\" is not internal, external or table'",
        "dump cellar, 'dump: \"cellar\" is not internal, external or table'",
        "dump table cat, '\"cat\" is not ct or expect'",
        "dump table --format csv, 'format: \"csv\" is not text, json or xml'",
        "dump table --filter dport=x, 'filter: dport=x is not a number from 0 to 65535'",
        "commit cats, 'commit: \"cats\" is not ct, expect or all'",
        "flush cellar, 'flush: \"cellar\" is not internal, external or table'",
        "flush table cats, '\"cats\" is not ct or expect'",
        "stats weather, 'stats: \"weather\" is not one of cache, network, events, commit, runtime'"
    })
    void shouldRefuseInOneLine(String command, String message) {
        Printed printed = active.run(command.split(" ", -1));
        assertThat(printed.exitCode()).isEqualTo(2);
        assertThat(printed.error()).isEqualTo(message);
        assertThat(active.table.count()).isEqualTo(10);
    }

    @Test
    void shouldSayInOneLineWhatTheTableRefused() {
        active.table.broken(true);
        Printed resync = active.run("resync");
        assertThat(resync.exitCode()).isOne();
        assertThat(resync.error()).isEqualTo("the table cannot be read: try again");
        backup.table.refuse(change -> {
            throw new TableException("no table: load nf_conntrack_netlink");
        });
        assertThat(backup.run("role", "active").error()).isEqualTo("no table: load nf_conntrack_netlink");
        backup.table.refuse(change -> {
            throw new IllegalStateException("a fault");
        });
        Printed fault = backup.run("commit", "all");
        assertThat(fault.exitCode()).isOne();
        assertThat(fault.error()).isEqualTo("commit failed inside the node: see its log");
    }
}
