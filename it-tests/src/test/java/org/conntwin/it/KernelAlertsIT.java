package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.Prometheus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alerts whose trouble needs the kernel's table or a sync network: they fire while it lasts, and not before. */
@KernelLab
class KernelAlertsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int HTTP = 9477;

    private ClusterLab cluster;
    private Prometheus prometheus;

    @BeforeEach
    void twoNodesThatAreWatched() {
        assumeTrue(
                Prometheus.installed() || "true".equals(System.getenv("CI")),
                "alerts need the programs prometheus and promtool");
        cluster = ClusterLab.of(2);
        watched(1);
        watched(2);
        prometheus = Prometheus.start(cluster.lab(), cluster.firewall(1).namespace(), List.of(HTTP));
        await().atMost(SOON).until(() -> prometheus.scraped() == 1);
        await().atMost(SOON).untilAsserted(() -> assertThat(prometheus.firing()).isEmpty());
    }

    private void watched(int number) {
        var settings = cluster.settings(number).as(number == 1 ? "active" : "backup");
        var config = cluster.write(
                settings.node() + ".yaml", settings.yaml() + "http: {address: \"127.0.0.1:" + HTTP + "\"}\n");
        cluster.start(number, settings.node(), config);
    }

    @AfterEach
    void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void aNodeThatLostEventsOfItsTableIsTold() {
        cluster.node(1).freeze();
        // More than half a gigabyte of events, which is the most that the kernel keeps for a node.
        for (int round = 0; round < 3; round++) {
            cluster.kernel(1).insertAll(Entries.tcpLines(200_000));
            cluster.kernel(1).flush();
        }
        cluster.node(1).thaw();
        await().atMost(SOON).untilAsserted(() -> assertThat(prometheus.firing()).contains("ConntwinOverrun"));
    }

    @Test
    void aPeerThatHearsLittleThingsOnlyLagsBehind() {
        cluster.network().narrow(cluster.firewall(2), 600);
        cluster.kernel(1).insertAll(Entries.tcpLines(2_000));
        await().atMost(SOON).untilAsserted(() -> assertThat(prometheus.firing()).contains("ConntwinLag"));
    }
}
