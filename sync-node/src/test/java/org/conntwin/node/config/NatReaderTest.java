package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NatReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: source, source: 10.0.1.0/24, to: 'fd00::1'} | nat[0].to: fd00::1 is not of the family of 10.0.1.0/24",
                "{kind: source, source: 10.0.1.0/24, destination: 'fd00::/8', to: 10.0.0.1} | nat[0].destination: fd00::/8",
                "{kind: destination, out: wan0, destination: 10.0.2.1, to: 10.0.1.9} | nat[0].out: a destination rule",
                "{kind: source, protocol: icmp, port: 80, to: 10.0.2.1} | nat[0].port: icmp has no ports",
                "{kind: masquerade, protocol: icmp, ports: 1024-2000} | nat[0].ports: icmp has no ports",
                "{kind: destination, protocol: gre, to: '10.0.2.1:80'} | nat[0].to: gre has no ports",
                "{kind: source, protocol: icmp, source: 'fd00::/8', to: 'fd00::1'} | nat[0].protocol: icmp is not of",
                "{kind: source, protocol: icmpv6, to: 10.0.0.1} | nat[0].protocol: icmpv6 is not of the family",
                "{kind: source, to: 10.0.2.1-10.0.2.9} | nat[0].to: expected one ADDRESS, ADDRESS:PORT or [V6]:PORT, found",
                "{kind: source, to: 10.0.2.1, ports: 65535-1024} | 65535-1024 is the wrong way round",
            })
    void aRuleThatCanNeverActIsRefused(String rule, String error) {
        assertThat(errors("nat=[" + rule + "]")).singleElement().asString().contains(error);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{kind: destination, destination: 10.0.2.1, protocol: tcp, port: 8080, to: '10.0.1.9:80'}",
                "{kind: source, source: 10.0.1.0/24, to: 10.0.2.1, ports: 1024-65535}",
                "{kind: masquerade, source: 10.0.1.0/24, out: wan0}",
                "{kind: source, source: 10.0.1.0/24, out: wan0, to: 10.0.2.1}",
                "{kind: destination, to: 10.0.1.9}",
                "{kind: destination, to: '[fd00::1]:80'}",
                "{kind: source, protocol: icmp, to: 10.0.2.1}",
                "{kind: masquerade, protocol: icmpv6, source: 'fd00::/8'}",
                "{kind: destination, protocol: gre, destination: 10.0.2.1, to: 10.0.1.9}",
            })
    void aRuleThatCanIsTaken(String rule) {
        assertThat(errors("nat=[" + rule + "]")).isEmpty();
    }

    @Test
    void queuesTheWrongWayRoundAndPortsOutOfRangeAreSaidToBe() {
        assertThat(errors("queue=3-0"))
                .containsExactly(
                        "--set queue=3-0: userspace.queue: 3-0 is the wrong way round; the lower number stands first: 0-3");
        assertThat(errors("helpers=[ftp:tcp/99999]"))
                .singleElement()
                .asString()
                .endsWith("ftp:tcp/99999: the port is out of range; from 1 to 65535");
        assertThat(errors("helpers=[ftp:tcp]")).singleElement().asString().contains("expected a rule such as");
    }

    private static List<String> errors(String setting) {
        return switch (UserspaceConfig.read(null, List.of(setting))) {
            case UserspaceConfig.Result.Valid _ -> List.of();
            case UserspaceConfig.Result.Invalid(var errors) ->
                errors.stream().map(ConfigError::toString).toList();
        };
    }
}
