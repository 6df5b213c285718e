package org.conntwin.tracker.userspace.helper.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.testing.Packets;
import org.conntwin.tracker.testing.Scenario;
import org.conntwin.tracker.userspace.expect.Retention;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.conntwin.tracker.userspace.track.TrackerSettings.HelperRule;
import org.junit.jupiter.api.Test;

/** Expectations that are kept and shared by four ports, so that they can be observed. */
final class RetentionTest {
    private static final String MASTER =
            " mask-dst=255.255.255.255 sport=0 dport=65532 master-src=10.1.0.9 master-dst=10.2.0.9 sport=4000 dport=21";

    private static ControlConnection control() {
        HelperRule rule = new HelperRule("ftp", Protocol.TCP, 21, HelperRule.ANY_ZONE, new Retention(true, 0xfffc));
        Scenario scenario = new Scenario(TrackerSettings.LINUX.withHelpers(List.of(rule)));
        return new ControlConnection(scenario, 4, 4000, 1000, 5000).greeted();
    }

    /** A passive data connection's announcement of a port of 0x7500 and above. */
    private static void pasv(ControlConnection control, int port) {
        assertThat(control.server("227 ok (10,2,0,9," + (port >>> 8) + "," + (port & 0xff) + ")\r\n"))
                .startsWith("ACCEPT");
    }

    private static String data(ControlConnection control, int from, int port) {
        return control.scenario.send(
                Packets.tcp("10.1.0.9", from, "10.2.0.9", port).flags("S").seq(77));
    }

    private static List<String> expectations(ControlConnection control) {
        return control.scenario.events().stream()
                .filter(line -> line.contains("mask-src"))
                .toList();
    }

    private static String line(String event, int seconds, int port) {
        return event + seconds + " proto=6 src=10.1.0.9 dst=10.2.0.9 sport=0 dport=" + port
                + " mask-src=255.255.255.255" + MASTER + " PERMANENT class=0 helper=ftp";
    }

    @Test
    void anExpectationIsReplacedByItsEqualAndGoneAfterThirtySecondsBeforeAnotherPortHasOne() {
        ControlConnection control = control();

        pasv(control, 30003);
        assertThat(data(control, 4001, 30003)).isEqualTo("ACCEPT RELATED original");
        assertThat(expectations(control)).containsExactly(line("    [NEW] ", 30, 30003));

        control.scenario.after(10.5);
        pasv(control, 30003);
        assertThat(expectations(control)).containsExactly(line("[DESTROY] ", 19, 30003), line("    [NEW] ", 30, 30003));

        control.scenario.after(30.5);
        assertThat(expectations(control)).containsExactly(line("[DESTROY] ", 0, 30003));

        pasv(control, 30002);
        assertThat(expectations(control)).containsExactly(line("    [NEW] ", 30, 30002));
    }

    @Test
    void fourPortsShareOneWhichNoneOfThemButItsOwnRenews() {
        ControlConnection control = control();
        pasv(control, 30003);
        control.scenario.after(10);
        control.scenario.events();

        pasv(control, 30001);
        assertThat(data(control, 4001, 30001)).isEqualTo("ACCEPT RELATED original");
        assertThat(data(control, 4002, 30000)).isEqualTo("ACCEPT RELATED original");
        assertThat(data(control, 4003, 30004)).isEqualTo("ACCEPT NEW original");

        assertThat(expectations(control)).isEmpty();
        assertThat(control.expected()).containsExactly("10.1.0.9>10.2.0.9:30003");
    }

    @Test
    void aPortThatItDoesNotCoverTakesItsPlace() {
        ControlConnection control = control();
        pasv(control, 30003);
        control.scenario.events();

        pasv(control, 30004);

        assertThat(expectations(control)).containsExactly(line("[DESTROY] ", 30, 30003), line("    [NEW] ", 30, 30004));
    }

    @Test
    void aRuleOfAZoneGivesItsHelperThereOnly() {
        HelperRule rule = new HelperRule("ftp", Protocol.TCP, 21, 3, Retention.NONE);
        Scenario scenario = new Scenario(TrackerSettings.LINUX.withHelpers(List.of(rule)));

        scenario.send(Packets.tcp("10.1.0.9", 4000, "10.2.0.9", 21).flags("S"));
        scenario.zone(3, Zone.Scope.BOTH)
                .send(Packets.tcp("10.1.0.9", 4000, "10.2.0.9", 21).flags("S"));

        assertThat(scenario.events())
                .extracting(line -> line.contains("helper=ftp"))
                .containsExactly(false, true);
    }
}
