package org.conntwin.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.conntwin.node.fake.Flows;
import org.conntwin.node.fake.Known;
import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.SctpState;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.TcpState;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.text.EntryText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

final class EntryFormatTest {
    private static final Shown EXTERNAL = new Shown(12, "fw<1>");

    private static Tuple tuple(int protocol, int sourceKey, int destinationKey) {
        return Tuple.ipv4(protocol, 0x0a000102, 0x0a000202, sourceKey, destinationKey);
    }

    private static Conntrack kind(Tuple original) {
        ConntrackBuilder entry = new ConntrackBuilder();
        entry.original = original;
        entry.timeoutSeconds = 30;
        return Flows.built(entry);
    }

    /** One of each kind. */
    static List<Conntrack> kinds() {
        ConntrackBuilder tcp = ConntrackBuilder.from(kind(tuple(Protocol.TCP, 50404, 80)));
        tcp.state = new TcpState(TcpState.ESTABLISHED, 7, 7, 0, 0);
        tcp.status = Status.SEEN_REPLY | Status.ASSURED | Status.SRC_NAT;
        tcp.reply = Tuple.ipv4(Protocol.TCP, 0x0a000202, 0xc0000201, 80, 61000);
        tcp.mark = -1;
        tcp.labels = Labels.NONE.with(0).with(127);
        tcp.helper = "a<b>&\"c\"";
        tcp.master = tuple(Protocol.TCP, 1, 2);
        tcp.zone = Zone.of(3, Zone.Scope.BOTH);
        ConntrackBuilder sctp = ConntrackBuilder.from(kind(tuple(Protocol.SCTP, 1, 2)));
        sctp.state = new SctpState(4, 5, 6);
        sctp.zone = Zone.of(9, Zone.Scope.ORIGINAL);
        ConntrackBuilder udplite = ConntrackBuilder.from(kind(tuple(Protocol.UDPLITE, 1, 2)));
        udplite.zone = Zone.of(9, Zone.Scope.REPLY);
        return List.of(
                Flows.built(tcp),
                Flows.built(sctp),
                Flows.built(udplite),
                kind(tuple(Protocol.UDP, 1, 2)),
                kind(tuple(Protocol.ICMP, 77, 8 << 8)),
                kind(tuple(Protocol.GRE, 0xffff, 1)),
                kind(tuple(99, 0, 0)),
                kind(new Tuple(Family.IPV6, Protocol.ICMPV6, 0x20010db8L << 32, 1, 0x20010db8L << 32, 2, 5, 128 << 8)),
                kind(new Tuple(Family.IPV6, Protocol.TCP, 0x20010db8L << 32, 1, 0x20010db8L << 32, 2, 5, 6)));
    }

    private static String print(String format, Conntrack entry, Shown shown) {
        StringBuilder line = new StringBuilder();
        try {
            EntryFormat.named(format).append(line, entry, shown);
        } catch (RefusedException refused) {
            throw new AssertionError(refused);
        }
        assertThat(line).doesNotContain("\n");
        return line.toString();
    }

    private static String print(String format, Expectation expectation, Shown shown) {
        StringBuilder line = new StringBuilder();
        try {
            EntryFormat.named(format).append(line, expectation, shown);
        } catch (RefusedException refused) {
            throw new AssertionError(refused);
        }
        assertThat(line).doesNotContain("\n");
        return line.toString();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldPrintLinesOfTheTable(Conntrack entry) {
        assertThat(print("text", entry, Shown.TABLE)).isEqualTo(EntryText.line(entry));
        assertThat(print("text", entry, EXTERNAL))
                .isEqualTo(EntryText.line(entry) + " [active since 12s] origin=fw<1>");
        assertThat(print("text", entry, new Shown(0, null))).isEqualTo(EntryText.line(entry) + " [active since 0s]");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldPrintJsonThatSaysItAll(Conntrack entry) {
        Map<String, @Nullable Object> json = ParsedJson.object(print("json", entry, EXTERNAL));
        int protocol = entry.original().protocol();
        assertThat(json)
                .containsEntry("protocol", Protocol.name(protocol))
                .containsEntry("protocolNumber", (long) protocol)
                .containsEntry("timeout", 30L)
                .containsEntry("mark", Integer.toUnsignedLong(entry.mark()))
                .containsEntry("assured", entry.has(Status.ASSURED))
                .containsEntry("unreplied", !entry.has(Status.SEEN_REPLY))
                .containsEntry("zone", (long) entry.zone().id())
                .containsEntry("activeSeconds", 12L)
                .containsEntry("origin", "fw<1>");
        checkTuple(ParsedJson.object(json, "original"), entry.original());
        checkTuple(ParsedJson.object(json, "reply"), entry.reply());
        assertThat(json.get("state"))
                .isEqualTo(entry.state() == null ? null : entry.state().stateName());
        assertThat(json.get("helper")).isEqualTo(entry.helper());
        assertThat(json.get("labels")).isEqualTo(entry.labels() == null ? null : List.of(0L, 127L));
        assertThat(json.containsKey("master")).isEqualTo(entry.master() != null);
        assertThat(json.get("zoneDirection"))
                .isEqualTo(
                        switch (entry.zone().scope()) {
                            case BOTH -> null;
                            case ORIGINAL -> "original";
                            case REPLY -> "reply";
                        });
        assertThat(ParsedJson.object(print("json", entry, Shown.TABLE))).doesNotContainKeys("origin", "activeSeconds");
    }

    private static void checkTuple(Map<String, @Nullable Object> json, Tuple tuple) {
        assertThat(json)
                .containsEntry("src", Addresses.text(tuple.family(), tuple.sourceHigh(), tuple.sourceLow()))
                .containsEntry("dst", Addresses.text(tuple.family(), tuple.destinationHigh(), tuple.destinationLow()));
        if (Protocol.hasPorts(tuple.protocol())) {
            assertThat(json).containsEntry("sport", (long) tuple.sourceKey()).containsEntry("dport", (long)
                    tuple.destinationKey());
        } else if (Protocol.isIcmp(tuple.protocol())) {
            assertThat(json)
                    .containsEntry("type", (long) tuple.icmpType())
                    .containsEntry("code", (long) tuple.icmpCode())
                    .containsEntry("id", (long) tuple.sourceKey());
        } else if (tuple.protocol() == Protocol.GRE) {
            assertThat(json).containsEntry("srckey", (long) tuple.sourceKey()).containsEntry("dstkey", (long)
                    tuple.destinationKey());
        } else {
            assertThat(json).hasSize(2);
        }
    }

    private static Element xml(String text) {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(text)))
                    .getDocumentElement();
        } catch (SAXException | IOException | ParserConfigurationException malformed) {
            throw new AssertionError(text, malformed);
        }
    }

    private static Element direction(Element parent, String name) {
        for (int i = 0; i < parent.getChildNodes().getLength(); i++) {
            Element child = (Element) parent.getChildNodes().item(i);
            if (child.getAttribute("direction").equals(name)) {
                return child;
            }
        }
        throw new AssertionError("no direction " + name);
    }

    private static @Nullable String text(Element parent, String name) {
        return parent.getElementsByTagName(name).getLength() == 0
                ? null
                : parent.getElementsByTagName(name).item(0).getTextContent();
    }

    @Test
    void shouldPrintCountersAndTimesForMachinesWhereTheTableKeepsThem() {
        ConntrackBuilder kept = ConntrackBuilder.from(kind(tuple(Protocol.UDP, 1, 2)));
        kept.accounting = new Accounting(3, 180, 1, 60);
        kept.timestamps = new Timestamps(1_700_000_000_000_000_001L, 0);
        Conntrack entry = Flows.built(kept);
        assertThat(print("text", entry, Shown.TABLE)).isEqualTo(EntryText.line(kind(tuple(Protocol.UDP, 1, 2))));
        assertThat(print("json", entry, Shown.TABLE))
                .contains(
                        "\"counters\":{\"original\":{\"packets\":3,\"bytes\":180},\"reply\":{\"packets\":1,\"bytes\":60}},"
                                + "\"timestamps\":{\"start\":1700000000000000001,\"stop\":0}");
        assertThat(print("xml", entry, Shown.TABLE))
                .contains("<dport>2</dport></layer4><counters><packets>3</packets><bytes>180</bytes></counters></meta>")
                .contains("<counters><packets>1</packets><bytes>60</bytes></counters></meta>")
                .contains("<timestamp><start>1700000000000000001</start></timestamp></meta></flow>");
        assertThat(print("json", kind(tuple(Protocol.UDP, 1, 2)), Shown.TABLE))
                .doesNotContain("counters", "timestamps");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldPrintXmlThatSaysItAll(Conntrack entry) {
        Element flow = xml(print("xml", entry, EXTERNAL));
        assertThat(flow.getTagName()).isEqualTo("flow");
        Element original = direction(flow, "original");
        Tuple tuple = entry.original();
        assertThat(text(original, "src"))
                .isEqualTo(Addresses.text(tuple.family(), tuple.sourceHigh(), tuple.sourceLow()));
        assertThat(text(direction(flow, "reply"), "src"))
                .isEqualTo(Addresses.text(
                        tuple.family(),
                        entry.reply().sourceHigh(),
                        entry.reply().sourceLow()));
        Element layer4 = (Element) original.getElementsByTagName("layer4").item(0);
        assertThat(layer4.getAttribute("protonum")).isEqualTo(String.valueOf(tuple.protocol()));
        assertThat(layer4.getAttribute("protoname")).isEqualTo(Protocol.name(tuple.protocol()));
        assertThat(text(layer4, "sport"))
                .isEqualTo(Protocol.hasPorts(tuple.protocol()) ? String.valueOf(tuple.sourceKey()) : null);
        assertThat(text(layer4, "id"))
                .isEqualTo(Protocol.isIcmp(tuple.protocol()) ? String.valueOf(tuple.sourceKey()) : null);
        assertThat(text(layer4, "srckey"))
                .isEqualTo(tuple.protocol() == Protocol.GRE ? "0x" + Integer.toHexString(tuple.sourceKey()) : null);
        Element meta = direction(flow, "independent");
        assertThat(text(meta, "timeout")).isEqualTo("30");
        assertThat(text(meta, "mark")).isEqualTo(Integer.toUnsignedString(entry.mark()));
        assertThat(text(meta, "helper")).isEqualTo(entry.helper());
        assertThat(text(meta, "origin")).isEqualTo("fw<1>");
        assertThat(text(meta, "active")).isEqualTo("12");
        assertThat(text(meta, "state"))
                .isEqualTo(entry.state() == null ? null : entry.state().stateName());
        assertThat(meta.getElementsByTagName("label").getLength()).isEqualTo(entry.labels() == null ? 0 : 2);
        assertThat(meta.getElementsByTagName("assured").getLength()).isEqualTo(entry.has(Status.ASSURED) ? 1 : 0);
        assertThat(meta.getElementsByTagName("unreplied").getLength()).isEqualTo(entry.has(Status.SEEN_REPLY) ? 0 : 1);
        String zone =
                entry.zone().id() == 0 ? null : String.valueOf(entry.zone().id());
        Zone.Scope scope = entry.zone().scope();
        assertThat(text(meta, "zone")).isEqualTo(scope == Zone.Scope.BOTH ? zone : null);
        assertThat(text(original, "zone")).isEqualTo(scope == Zone.Scope.ORIGINAL ? zone : null);
        assertThat(text(direction(flow, "reply"), "zone")).isEqualTo(scope == Zone.Scope.REPLY ? zone : null);
    }

    @Test
    void shouldPrintXmlWhateverAHelperIsCalled() {
        ConntrackBuilder entry = Flows.builder(1);
        entry.helper = "odd\u0001\n]]>name";
        Element flow = xml(print("xml", Flows.built(entry), Shown.TABLE));
        assertThat(text(direction(flow, "independent"), "helper")).isEqualTo("odd??]]>name");
        assertThat(ParsedJson.object(print("json", Flows.built(entry), Shown.TABLE)))
                .containsEntry("helper", entry.helper);
    }

    @Test
    void shouldPrintExpectations() {
        Expectation expectation = Flows.expectation(1, Expectation.PERMANENT | Expectation.INACTIVE, "sip");
        assertThat(print("text", expectation, EXTERNAL))
                .contains("300 proto=6 ", "mask-src=", "master-dst=", "PERMANENT,INACTIVE", "class=0", "helper=sip")
                .endsWith(" [active since 12s] origin=fw<1>");
        Map<String, @Nullable Object> json = ParsedJson.object(print("json", expectation, EXTERNAL));
        assertThat(json)
                .containsEntry("timeout", 300L)
                .containsEntry("protocolNumber", 6L)
                .containsEntry("permanent", true)
                .containsEntry("inactive", true)
                .containsEntry("userspace", false)
                .containsEntry("class", 0L)
                .containsEntry("helper", "sip")
                .containsEntry("origin", "fw<1>");
        checkTuple(ParsedJson.object(json, "tuple"), expectation.tuple());
        checkTuple(ParsedJson.object(json, "mask"), expectation.mask());
        checkTuple(ParsedJson.object(json, "master"), expectation.master());
        Element xml = xml(print("xml", expectation, EXTERNAL));
        assertThat(text(direction(xml, "expected"), "dport")).isEqualTo("2001");
        assertThat(text(direction(xml, "mask"), "dport")).isEqualTo("65535");
        assertThat(text(direction(xml, "master"), "dport")).isEqualTo("21");
        assertThat(Known.known(text(direction(xml, "independent"), "helper"))).isEqualTo("sip");
    }

    @Test
    void shouldRefuseAnUnknownFormat() {
        assertThatThrownBy(() -> EntryFormat.named("csv")).hasMessage("format: \"csv\" is not text, json or xml");
    }
}
