package org.conntwin.node.userspace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.synproxy.SynProxyRule;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SynProxyConfigTest {
    private static NodeConfig config(String userspace) {
        String text = """
                node: fw1
                table: userspace
                cluster: {name: edge, bind-address: 127.0.0.1, insecure: true}
                userspace: %s
                """.formatted(userspace);
        return switch (ConfigReader.parse(text, "node.yaml")) {
            case ConfigResult.Valid(var config) -> config;
            case ConfigResult.Invalid(var errors) -> throw new AssertionError(errors);
        };
    }

    @Test
    void takesOverTheRulesOfBothFamilies() throws KeyFileException {
        SynProxySettings settings = SynProxyConfig.of(config("{queue: 0, synproxy: ["
                + "{destination: 10.0.2.0/24, port: 80, mss: 1400, wscale: 9, timestamp: true, sack-perm: false, ecn: true},"
                + "{destination: 'fd00:1::/32', port: 443, learn: true}]}"));
        assertThat(requireNonNull(settings).rules())
                .containsExactly(
                        new SynProxyRule(Family.IPV4, 0, 0x0a000200, 24, 80, 1400, 9, true, false, true, false),
                        new SynProxyRule(
                                Family.IPV6, 0xfd00_0001_0000_0000L, 0, 32, 443, 1460, 7, true, true, false, true));
    }

    @Test
    void thereIsNoProxyWithoutRules() throws KeyFileException {
        assertThat(SynProxyConfig.of(config("{queue: 0}"))).isNull();
    }

    @Test
    void withoutLiveTrafficItHasNoEffect() {
        String rules = "synproxy: [{destination: 10.0.2.2, port: 80}]";
        assertThat(TrackerConfig.withoutEffect(config("{" + rules + "}"))).contains("synproxy");
        assertThat(TrackerConfig.withoutEffect(config("{queue: 0, " + rules + "}")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "destination: 10.0.2.77, protocol: tcp, port: 8080, to: '10.0.2.2:8000'",
                "destination: 10.0.2.77, protocol: tcp, port: 8000, to: 10.0.2.2",
                "destination: 10.0.2.77, to: 10.0.2.2",
                "protocol: tcp, port: 8080, to: '10.0.2.2:8000'",
            })
    void aServerThatClientsAddressOtherwiseIsWarnedOf(String rule) {
        String nat = "queue: 0, nat: [{kind: destination, " + rule + "}]";
        String proxied = ", synproxy: [{destination: 10.0.2.2, port: 8000}";
        assertThat(around("{" + nat + proxied + "]}"))
                .hasSize(1)
                .first()
                .asString()
                .contains("10.0.2.2 by a destination");
        // Nobody is told who has both, or only what clients address.
        assertThat(around("{" + nat + proxied + ", {destination: 0.0.0.0/0, port: 8000},"
                        + " {destination: 0.0.0.0/0, port: 8080}]}"))
                .isEmpty();
        assertThat(around("{" + nat + ", synproxy: [{destination: 10.0.2.77, port: 8080}]}"))
                .isEmpty();
    }

    @Test
    void rulesThatLeadElsewhereOrForOtherProtocolsAreNoMatterOfTheProxy() {
        String proxied = ", synproxy: [{destination: 10.0.2.2, port: 8000}]}";
        assertThat(around("{queue: 0, nat: [{kind: destination, protocol: udp, port: 53, to: '10.0.2.2:8000'},"
                        + " {kind: destination, destination: 10.0.2.77, to: '10.0.2.2:8001'},"
                        + " {kind: source, to: 10.0.2.2}]" + proxied))
                .isEmpty();
    }

    @Test
    void withoutAKeyTheCheckSaysWhatTheNodeSays() {
        NodeConfig keyless = config("{queue: 0, synproxy: [{destination: 10.0.2.2, port: 80}]}");
        assertThat(ConfigWarnings.of(keyless))
                .singleElement()
                .asString()
                .contains("without cluster.key-file the keys of SYN cookies follow from the cluster's name");
        assertThat(ConfigWarnings.of(config("{queue: 0}"))).isEmpty();
        // Without live packets there is no proxy to speak of.
        assertThat(ConfigWarnings.of(config("{synproxy: [{destination: 10.0.2.2, port: 80}]}")))
                .singleElement()
                .asString()
                .contains("no effect");
    }

    private static List<String> around(String userspace) {
        return ConfigWarnings.of(config(userspace)).stream()
                .filter(warning -> warning.contains("around the proxy"))
                .toList();
    }
}
