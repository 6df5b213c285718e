package org.conntwin.node.userspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.UserspaceConfig;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.table.ProtocolTimeouts;
import org.conntwin.tracker.userspace.overload.OverloadSettings;
import org.conntwin.tracker.userspace.tcp.TcpSettings;
import org.conntwin.tracker.userspace.track.NatRule;
import org.conntwin.tracker.userspace.track.TrackerSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrackerConfigTest {
    @Test
    void givesWhatLinuxStartsWithUnlessToldOtherwiseButForAFullTable() {
        assertThat(settings())
                .isEqualTo(TrackerSettings.LINUX.withOverload(new OverloadSettings(true, 0.6, 1.2, 300, false)));
    }

    @Test
    void hasTheTimeoutsOfTheTutorial() {
        ProtocolTimeouts timeouts = settings("timeouts=iptables-tutorial").timeouts();
        assertThat(timeouts.tcp()).containsExactly(1800, 120, 60, 432_000, 120, 43_200, 30, 120, 10, 120);
        assertThat(timeouts.udp()).isEqualTo(ProtocolTimeouts.LINUX.udp());
        assertThat(timeouts.sctp()).isEqualTo(ProtocolTimeouts.LINUX.sctp());
    }

    @ParameterizedTest
    @CsvSource({
        "tcp-none, 0",
        "tcp-syn-recv, 2",
        "tcp-established, 3",
        "tcp-fin-wait, 4",
        "tcp-close-wait, 5",
        "tcp-last-ack, 6",
        "tcp-time-wait, 7",
        "tcp-close, 8",
        "tcp-syn-sent2, 9",
    })
    void changesTheTimeoutOfOneTcpState(String key, int state) {
        List<Integer> before = ProtocolTimeouts.LINUX.tcp();
        List<Integer> after = settings(key + "=77s").timeouts().tcp();
        for (int other = 0; other < before.size(); other++) {
            assertThat(after.get(other)).isEqualTo(other == state ? 77 : before.get(other));
        }
    }

    @Test
    void hasOneTimeoutForBothStatesAfterASynUnlessToldOtherwise() {
        assertThat(settings("tcp-syn-sent=9").timeouts().tcp())
                .startsWith(120, 9)
                .endsWith(9);
        assertThat(settings("tcp-syn-sent=9", "tcp-syn-sent2=8").timeouts().tcp())
                .startsWith(120, 9)
                .endsWith(8);
    }

    @Test
    void takesOverEverythingElse() {
        TrackerSettings settings = settings(
                "tcp-loose=false",
                "tcp-be-liberal=true",
                "tcp-max-retrans=9",
                "tcp-ignore-invalid-rst=true",
                "tcp-retrans=11",
                "tcp-unacknowledged=12",
                "out-of-sync=destroy",
                "checksum=false",
                "accounting=true",
                "timestamps=true",
                "max-entries=13",
                "overload={early-drop: false, adaptive-start: 0.5, adaptive-end: 0.9, soft-timeout: 1h, probe: true}",
                "helpers=[ftp:tcp/21]",
                "udp=1",
                "udp-stream=2",
                "icmp=3",
                "icmpv6=4",
                "gre=5",
                "gre-stream=6",
                "generic=7",
                "sctp-closed=8",
                "sctp-heartbeat-sent=9");
        assertThat(settings)
                .isEqualTo(new TrackerSettings(
                        new ProtocolTimeouts(
                                ProtocolTimeouts.LINUX.tcp(),
                                List.of(10, 8, 3, 3, 210, 3, 3, 3, 9),
                                1,
                                2,
                                3,
                                4,
                                5,
                                6,
                                7),
                        new TcpSettings(false, true, 9, true, 11, 12, true),
                        false,
                        13,
                        new OverloadSettings(false, 0.5, 0.9, 3600, true),
                        true,
                        true,
                        List.of(new TrackerSettings.HelperRule("ftp", 6, 21)),
                        List.of()));
    }

    @Test
    void translationRulesAreTakenOverWithAllTheirConditions() {
        assertThat(settings("nat=[{kind: destination, destination: 10.0.2.1, protocol: tcp, port: 8080,"
                                + " to: \"10.0.1.9:80\"},"
                                + " {kind: source, source: 10.0.1.0/24, to: 10.0.2.1, ports: 1024-65535},"
                                + " {kind: masquerade, source: \"fd00:1::/32\", out: wan0}]")
                        .nat())
                .containsExactly(
                        new NatRule(
                                NatRule.Kind.DESTINATION,
                                null,
                                new NatRule.Prefix(Family.IPV4, 0, 0x0a000201, 32),
                                6,
                                8080,
                                null,
                                new Addresses.Parsed(Family.IPV4, 0, 0x0a000109),
                                80,
                                0,
                                0),
                        new NatRule(
                                NatRule.Kind.SOURCE,
                                new NatRule.Prefix(Family.IPV4, 0, 0x0a000100, 24),
                                null,
                                -1,
                                0,
                                null,
                                new Addresses.Parsed(Family.IPV4, 0, 0x0a000201),
                                0,
                                1024,
                                65_535),
                        new NatRule(
                                NatRule.Kind.MASQUERADE,
                                new NatRule.Prefix(Family.IPV6, 0xfd00_0001_0000_0000L, 0, 32),
                                null,
                                -1,
                                0,
                                "wan0",
                                null,
                                0,
                                0,
                                0));
    }

    @Test
    void aHelperForAnotherZoneHasNoEffectOnAQueue() {
        String rules =
                "helpers: [{helper: ftp, protocol: tcp, port: 21, zone: 3}, {helper: tftp, protocol: udp, port: 69,"
                        + " zone: 0}]";
        assertThat(TrackerConfig.withoutEffect(node("{queue: 0, " + rules + "}")))
                .isEqualTo("userspace.helpers: live packets (userspace.queue) are all of zone 0, so these rules have no"
                        + " effect: ftp in zone 3; take out their zone");
        assertThat(TrackerConfig.withoutEffect(node("{" + rules + "}"))).isNull();
    }

    private static NodeConfig node(String userspace) {
        String text = "node: fw1\ntable: userspace\n"
                + "cluster: {name: edge, bind-address: 127.0.0.1, insecure: true}\nuserspace: " + userspace + "\n";
        return switch (ConfigReader.parse(text, "node.yaml")) {
            case ConfigResult.Valid(var config) -> config;
            case ConfigResult.Invalid(var errors) -> throw new AssertionError(errors);
        };
    }

    private static TrackerSettings settings(String... settings) {
        return switch (UserspaceConfig.read(null, List.of(settings))) {
            case UserspaceConfig.Result.Valid(var userspace) -> TrackerConfig.settings(userspace);
            case UserspaceConfig.Result.Invalid(var errors) -> throw new AssertionError(errors);
        };
    }
}
