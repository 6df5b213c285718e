package org.conntwin.it;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.conntwin.it.lab.ClusterLab;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.FtpClient;

/** An {@link FtpClient} in a namespace, asked step by step. */
final class FtpSession {
    private final LabProcess client;

    FtpSession(ClusterLab cluster, Namespace where) {
        client = LabProcess.start(
                cluster.lab(), "FTP client", where, Programs.command(cluster.product(), FtpClient.class));
    }

    /** Takes one step; the line that the client prints. */
    String ask(String step) {
        int before = client.stdout().size();
        client.say(step);
        await("the client's answer to " + step)
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> client.stdout().size() > before);
        return client.stdout().get(before);
    }
}
