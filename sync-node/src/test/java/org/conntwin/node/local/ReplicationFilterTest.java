package org.conntwin.node.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.conntwin.node.config.Cidr;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.config.NodeConfig.Expectations;
import org.conntwin.node.config.NodeConfig.Filter;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplicationFilterTest {
    static NodeConfig.Sync sync(Filter filter, Expectations expectations) {
        return new NodeConfig.Sync(true, expectations, NodeConfig.TcpWindow.LIBERAL, filter, Duration.ofSeconds(60));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException notAnAddress) {
            throw new AssertionError(notAnAddress);
        }
    }

    private static ReplicationFilter filter(Filter filter) {
        return new ReplicationFilter(sync(filter, new Expectations(true, Set.of())), List.of());
    }

    private static ReplicationFilter excluding(String network, int bits) {
        return filter(new Filter(Set.of(), List.of(new Cidr(address(network), bits)), Set.of(), Set.of()));
    }

    private static Conntrack between(String source, String destination) {
        Addresses.Parsed from = Known.known(Addresses.parse(source));
        Addresses.Parsed to = Known.known(Addresses.parse(destination));
        ConntrackBuilder entry = Flows.builder(1);
        entry.original = new Tuple(from.family(), Protocol.TCP, from.high(), from.low(), to.high(), to.low(), 1000, 80);
        entry.reply = null;
        return Flows.built(entry);
    }

    @Test
    void shouldLetEverythingThroughUnlessTold() {
        ReplicationFilter all = filter(Filter.NONE);
        for (int flow = 0; flow < 10; flow++) {
            assertThat(all.replicates(Flows.flow(flow))).isTrue();
        }
        assertThat(all.replicates(Flows.expectation(1, 0, null))).isTrue();
    }

    @Test
    void shouldKeepToProtocols() {
        ReplicationFilter tcp = filter(new Filter(Set.of(Protocol.TCP), List.of(), Set.of(), Set.of()));
        assertThat(tcp.replicates(Flows.flow(1))).isTrue();
        assertThat(tcp.replicates(Flows.flow(3))).isFalse();
    }

    @Test
    void shouldKeepToZones() {
        ReplicationFilter zones = filter(new Filter(Set.of(), List.of(), Set.of(), Set.of(0, 3)));
        ConntrackBuilder entry = Flows.builder(1);
        assertThat(zones.replicates(Flows.built(entry))).isTrue();
        entry.zone = Zone.of(3, Zone.Scope.BOTH);
        assertThat(zones.replicates(Flows.built(entry))).isTrue();
        entry.zone = Zone.of(4, Zone.Scope.BOTH);
        assertThat(zones.replicates(Flows.built(entry))).isFalse();
    }

    @Test
    void shouldKeepToTcpStates() {
        ReplicationFilter established =
                filter(new Filter(Set.of(), List.of(), Set.of(NodeConfig.TcpState.ESTABLISHED), Set.of()));
        ConntrackBuilder entry = Flows.builder(1);
        assertThat(established.replicates(Flows.built(entry))).isTrue();
        entry.state = new TcpState(TcpState.SYN_SENT, 0, 0, 0, 0);
        assertThat(established.replicates(Flows.built(entry))).isFalse();
        entry.state = null;
        assertThat(established.replicates(Flows.built(entry))).as("not told").isTrue();
        assertThat(established.replicates(Flows.flow(3))).as("not TCP").isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0, 8, 10.255.255.255, 192.0.2.1, true",
        "10.0.0.0, 8, 11.0.0.0, 192.0.2.1, false",
        "10.0.0.0, 8, 192.0.2.1, 10.0.0.1, true",
        "192.0.2.1, 32, 192.0.2.1, 10.0.0.1, true",
        "192.0.2.1, 32, 192.0.2.2, 10.0.0.1, false",
        "0.0.0.0, 0, 192.0.2.2, 10.0.0.1, true",
        "0.0.0.0, 0, 2001:db8::1, 2001:db8::2, false",
        "128.0.0.0, 1, 200.0.2.2, 10.0.0.1, true",
        "'::', 0, 2001:db8::1, 2001:db8::2, true",
        "'::', 0, 192.0.2.1, 192.0.2.2, false",
        "'2001:db8::', 32, 2001:db8:ffff::1, 2001:dead::2, true",
        "'2001:db8::', 64, 2001:db8:0:1::1, 2001:dead::2, false",
        "'2001:db8::', 65, '2001:db8::8000:0:0:1', 2001:dead::2, false",
        "'2001:db8::', 65, '2001:db8::7fff:0:0:1', 2001:dead::2, true",
        "'2001:db8::7', 128, 2001:dead::2, '2001:db8::7', true",
        "'2001:db8::7', 128, 2001:dead::2, '2001:db8::6', false"
    })
    void shouldLeaveOutExcludedAddresses(String network, int bits, String source, String destination, boolean out) {
        assertThat(excluding(network, bits).replicates(between(source, destination)))
                .isEqualTo(!out);
    }

    @Test
    void shouldLeaveOutExcludedAddressesOfEitherTuple() {
        ConntrackBuilder entry = ConntrackBuilder.from(between("10.0.0.1", "192.0.2.1"));
        entry.reply = between("192.0.2.1", "198.51.100.7").original();
        assertThat(excluding("198.51.100.0", 24).replicates(Flows.built(entry))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.9.9.1, 10.9.9.2, true",
        "10.9.9.2, 10.9.9.1, true",
        "10.9.9.2, 239.192.77.1, true",
        "10.9.9.2, 10.9.9.3, false",
        "10.9.9.2, 239.192.77.2, false",
        "fe80::2, fe80::1, true",
        "fe80::1, ff15::77, true",
        "fe80::2, ff15::77, true",
        "fe80::2, fe80::3, false",
        "fe80::2, ff02::1, false",
        "127.0.0.1, 127.0.0.53, true",
        "127.255.255.255, 10.0.0.1, true",
        "128.0.0.1, 10.0.0.1, false",
        "'::1', '::1', true",
        "'::2', '::3', false"
    })
    void shouldLeaveOutTheClustersOwnTrafficAndLoopbackWithoutBeingTold(String from, String to, boolean out) {
        ReplicationFilter filter = new ReplicationFilter(
                sync(Filter.NONE, new Expectations(true, Set.of())),
                List.of(address("10.9.9.1"), address("239.192.77.1"), address("fe80::1"), address("ff15::77")));
        assertThat(filter.replicates(between(from, to))).isEqualTo(!out);
        ConntrackBuilder forwarded = ConntrackBuilder.from(between(from, to));
        forwarded.status |= Status.DST_NAT;
        assertThat(filter.replicates(Flows.built(forwarded)))
                .as("what is translated is forwarded")
                .isTrue();
    }

    @Test
    void shouldWantTheEndsOfAllFlowsWherePeersEntriesStandInTheTable() {
        Filter tcp = new Filter(Set.of(Protocol.TCP), List.of(), Set.of(), Set.of());
        Expectations none = new Expectations(false, Set.of());
        for (boolean externalCache : new boolean[] {true, false}) {
            NodeConfig.Sync sync =
                    new NodeConfig.Sync(externalCache, none, NodeConfig.TcpWindow.LIBERAL, tcp, Duration.ofSeconds(60));
            assertThat(new ReplicationFilter(sync, List.of()).events().ends()).isEqualTo(!externalCache);
            assertThat(new ReplicationFilter(sync, List.of()).events().expectations())
                    .isFalse();
        }
        assertThat(filter(tcp).events().expectations()).isTrue();
    }

    @Test
    void shouldKeepToTheHelpersOfExpectations() {
        ReplicationFilter sip =
                new ReplicationFilter(sync(Filter.NONE, new Expectations(false, Set.of("sip"))), List.of());
        assertThat(sip.replicates(Flows.expectation(1, 0, "sip"))).isTrue();
        assertThat(sip.replicates(Flows.expectation(1, 0, "ftp"))).isFalse();
        assertThat(sip.replicates(Flows.expectation(1, 0, null))).isFalse();
        ReplicationFilter none = new ReplicationFilter(sync(Filter.NONE, new Expectations(false, Set.of())), List.of());
        assertThat(none.replicates(Flows.expectation(1, 0, "sip"))).isFalse();
    }
}
