package org.conntwin.node.userspace;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.node.config.ConfigReader;
import org.conntwin.node.config.ConfigResult;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.synproxy.SynProxyRule;
import org.conntwin.tracker.userspace.synproxy.SynProxySettings;
import org.junit.jupiter.api.Test;

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
}
