package org.conntwin.it.containers;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.it.lab.LabException;

/** Live traffic from the client to the server, in groups of flows with names. Not thread-safe. */
public final class Traffic {
    private final LabContainer client;

    Traffic(LabContainer client) {
        this.client = client;
    }

    private String ask(String... words) {
        String said = attempt(words);
        if (!said.startsWith("OK ")) {
            throw new LabException("the client said: " + said);
        }
        return said.substring(3);
    }

    private String attempt(String... words) {
        List<String> all = new ArrayList<>(List.of("/lab/traffic.py", "ask"));
        all.addAll(List.of(words));
        return client.exec(all.toArray(String[]::new));
    }

    /** Opens flows and keeps them busy until they are closed. */
    public void open(String group, int tcp, int udp) {
        ask("open", group, Integer.toString(tcp), Integer.toString(udp));
    }

    /** Starts the one flow whose datagrams the firewalls watch; it lasts. */
    public void probe() {
        ask("probe");
    }

    /** Opens an FTP session whose next data connection is announced and not yet made. */
    public void ftp(String group) {
        ask("ftp", group);
    }

    /** Makes the announced data connection and one more, checks each byte. @return "fetched N", or "FAILED …" */
    public String fetch(String group) {
        String said = attempt("fetch", group);
        return said.startsWith("OK ") ? said.substring(3) : said;
    }

    /** Forgets all stalls so far. */
    public void mark() {
        ask("mark");
    }

    /** What became of a group's flows and the probe, after each has moved again or 15 s have passed. */
    public TrafficReport report(String group) {
        return TrafficReport.parse(ask("report", group));
    }

    /** Ends a group. */
    public void close(String group) {
        ask("close", group);
    }
}
