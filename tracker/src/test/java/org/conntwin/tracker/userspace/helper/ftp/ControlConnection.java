package org.conntwin.tracker.userspace.helper.ftp;

import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.testing.TcpPacket;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;

/** A control connection of FTP through a tracker, open from the start; its events so far are forgotten. */
final class ControlConnection {
    private static final int CLIENT_START = 1000;
    private static final int SERVER_START = 5000;

    final Scenario scenario;
    private final String client;
    private final String server;
    private final int port;
    private long clientNext;
    private long serverNext;

    /** Between 10.1.0.9 and 10.2.0.9. */
    ControlConnection() {
        this(scenario(), 4, 4000, CLIENT_START, SERVER_START);
    }

    ControlConnection(Scenario scenario, int family, int port, long clientStart, long serverStart) {
        this.scenario = scenario;
        this.port = port;
        client = family == 4 ? "10.1.0.9" : "2001:db8:1::9";
        server = family == 4 ? "10.2.0.9" : "2001:db8:2::9";
        clientNext = clientStart + 1;
        serverNext = serverStart + 1;
        scenario.send(fromClient().flags("S").seq(clientStart));
        scenario.send(fromServer().flags("SA").seq(serverStart).ack(clientNext));
        scenario.send(fromClient().flags("A").seq(clientNext).ack(serverNext));
        scenario.events();
    }

    /** A tracker that gives the helper to port 21. */
    static Scenario scenario() {
        return new Scenario(TrackerSettings.LINUX.withHelpers(List.of(new HelperRule("ftp", Protocol.TCP, 21))));
    }

    /** Both ends have said their first line, which nobody reads. */
    ControlConnection greeted() {
        server("220 hello\r\n");
        client("USER x\r\n");
        scenario.events();
        return this;
    }

    /** The client says something; what became of the packet. Dropped bytes may be said again. */
    String client(String text) {
        String verdict = clientAt(clientNext, text);
        clientNext += verdict.startsWith("DROP") ? 0 : text.length();
        return verdict;
    }

    /** The same with a sequence number. */
    String clientAt(long sequence, String text) {
        return scenario.send(
                fromClient().flags("PA").seq(sequence).ack(serverNext).payload(text));
    }

    String server(String text) {
        String verdict = scenario.send(
                fromServer().flags("PA").seq(serverNext).ack(clientNext).payload(text));
        serverNext += verdict.startsWith("DROP") ? 0 : text.length();
        return verdict;
    }

    /** The client's next sequence number. */
    long clientNext() {
        return clientNext;
    }

    /** The expectations that there are, as {@code SOURCE>DESTINATION:PORT}. */
    List<String> expected() {
        List<String> all = new ArrayList<>();
        scenario.tracker()
                .expectations()
                .forEach(expected -> all.add(text(expected.wanted().tuple())));
        return all;
    }

    private static String text(Tuple tuple) {
        return Addresses.text(tuple.family(), tuple.sourceHigh(), tuple.sourceLow())
                + ">"
                + Addresses.text(tuple.family(), tuple.destinationHigh(), tuple.destinationLow())
                + ":" + tuple.destinationKey();
    }

    private TcpPacket fromClient() {
        return Packets.tcp(client, port, server, 21);
    }

    private TcpPacket fromServer() {
        return Packets.tcp(server, 21, client, port);
    }
}
