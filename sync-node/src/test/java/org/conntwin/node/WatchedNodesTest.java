package org.conntwin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.control.ControlException;
import org.conntwin.node.http.HttpException;
import org.conntwin.node.service.LivingThreads;
import org.conntwin.tracker.testing.Gateway;
import org.conntwin.tracker.userspace.UserspaceTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole nodes, asked over HTTP how they do. */
final class WatchedNodesTest {
    private static final Path METRICS = Path.of("..", "deploy", "METRICS.md");

    @TempDir
    private Path folder;

    private final List<RunningNode> running = new ArrayList<>();
    private final int port = freePort();
    private final int[] http = {0, freePort(), freePort()};

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        running.reversed().forEach(RunningNode::close);
    }

    private RunningNode start(int number) throws ChannelException, ControlException, HttpException, KeyFileException {
        return start(number, "");
    }

    private RunningNode start(int number, String more)
            throws ChannelException, ControlException, HttpException, KeyFileException {
        NodeConfig config = LoopbackConfig.of(
                number,
                port,
                folder.resolve("fw" + number),
                more + "http: {address: \"127.0.0.1:" + http[number] + "\"}\n");
        RunningNode node = RunningNode.start(config, Surroundings.NONE, () -> {});
        running.add(node);
        return node;
    }

    private HttpResponse<String> get(int number, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http[number] + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** The value of a metric with these labels among others. */
    private double metric(int number, String name, String... labels) throws IOException, InterruptedException {
        for (String line : get(number, "/metrics").body().split("\n", -1)) {
            if ((line.startsWith(name + "{") || line.startsWith(name + " "))
                    && List.of(labels).stream().allMatch(line::contains)) {
                return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        throw new AssertionError("no metric " + name + " " + List.of(labels));
    }

    @Test
    void bothShowWhatTheOneTracksAndTheOtherHolds() throws Exception {
        UserspaceTable table = start(1).userspaceTable().orElseThrow();
        start(2);
        System.gc(); // a meter must not depend on what nobody else holds
        Gateway gateway = new Gateway(table);
        for (int i = 0; i < 50; i++) {
            gateway.connect(5000 + i);
        }
        await().untilAsserted(() -> assertThat(metric(2, "conntwin_cache_entries", "cache=\"external\"", "kind=\"ct\""))
                .isEqualTo(50));
        assertThat(metric(1, "conntwin_table_entries", "node=\"fw1\"", "cluster=\"test\""))
                .isEqualTo(50);
        assertThat(metric(1, "conntwin_table_limit")).isEqualTo(262_144);
        // An event is counted once it was handed over.
        await().untilAsserted(() ->
                assertThat(metric(1, "conntwin_events_received_total")).isGreaterThanOrEqualTo(50));
        assertThat(metric(1, "conntwin_cache_changes_total", "cache=\"internal\"", "outcome=\"created\""))
                .isEqualTo(50);
        await().untilAsserted(() ->
                assertThat(metric(2, "conntwin_peer_parity", "peer=\"fw1\"")).isEqualTo(1));
        assertThat(metric(2, "conntwin_role", "role=\"backup\"")).isEqualTo(1);
        assertThat(metric(2, "conntwin_network_received_bytes_total")).isPositive();
        assertThat(metric(1, "jvm_threads_live_threads")).isPositive();
        assertThat(get(2, "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(2, "/healthz").body()).isEqualTo("ok\n");
        assertThat(get(2, "/status").body()).startsWith("{\"node\":\"fw2\",\"role\":\"backup\"");
        assertThat(get(2, "/").body()).contains("<title>conntwin</title>");
    }

    @Test
    void everyThreadWithoutWhichANodeOnlyLooksAliveIsWatched() throws Exception {
        start(1, """
                sync: {external-cache: false}
                ha: {keepalived-fifo: %1$s/fifo, track-file: %1$s/track}
                """.formatted(folder));
        assertThat(LivingThreads.ofNode().names())
                .contains(
                        "conntrack-events",
                        "conntrack-timer",
                        "expectation-feed",
                        "keepalived-fifo",
                        "keepalived-follower",
                        "keepalived-timer",
                        "stream-sender",
                        "sync-ticker",
                        "write-through")
                .anyMatch(name -> name.startsWith("control-io-"));
    }

    @Test
    void theDocumentNamesEveryMetricAndNoOther() throws Exception {
        start(1);
        start(2);
        await().untilAsserted(() ->
                assertThat(metric(2, "conntwin_peer_up", "peer=\"fw1\"")).isEqualTo(1));
        Set<String> shown = names(
                Pattern.compile("^# TYPE (conntwin_\\w+)", Pattern.MULTILINE),
                get(2, "/metrics").body());
        Set<String> written =
                names(Pattern.compile("^\\| `(conntwin_\\w+)", Pattern.MULTILINE), Files.readString(METRICS));
        assertThat(written).containsAll(shown);
        written.removeAll(shown);
        assertThat(written)
                .as("shown only with `external-cache: false`, with keepalived, or once something failed")
                .isSubsetOf(
                        "conntwin_write_through_written_total",
                        "conntwin_write_through_failures_total",
                        "conntwin_ha_total",
                        "conntwin_ha_holding",
                        "conntwin_commit_failures_total");
    }

    private static Set<String> names(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }
}
