package org.conntwin.node.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.node.config.Userspace.Helper;
import org.conntwin.node.config.Userspace.OutOfSync;
import org.conntwin.node.config.Userspace.Overload;
import org.conntwin.node.config.Userspace.SynProxy;
import org.conntwin.node.config.Userspace.Tcp;
import org.conntwin.node.config.Userspace.TimeoutProfile;
import org.conntwin.tracker.model.Protocol;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/** Reads the {@code userspace} section. */
final class UserspaceReader {
    private static final Converter<Duration> TIMEOUT =
            Converters.duration(Duration.ofSeconds(1), Duration.ofSeconds(Integer.MAX_VALUE));

    private UserspaceReader() {}

    static Userspace read(Section section) {
        Map<String, Duration> overrides = new LinkedHashMap<>();
        TimeoutProfile profile = timeouts(section, overrides);
        overrides(section, overrides);
        return new Userspace(
                section.value("queue", Converters.range(0, 65535)),
                section.value("mark-shift", Converters.integer(0, 25), 0),
                profile,
                overrides,
                new Tcp(
                        section.value("tcp-loose", Converters.FLAG, Tcp.DEFAULT.loose()),
                        section.value("tcp-be-liberal", Converters.FLAG, Tcp.DEFAULT.beLiberal()),
                        section.value("tcp-max-retrans", Converters.integer(0, 255), Tcp.DEFAULT.maxRetrans()),
                        section.value("tcp-ignore-invalid-rst", Converters.FLAG, Tcp.DEFAULT.ignoreInvalidRst())),
                section.value("checksum", Converters.FLAG, true),
                section.value("accounting", Converters.FLAG, false),
                section.value("timestamps", Converters.FLAG, false),
                section.value("out-of-sync", Converters.word(OutOfSync.class), OutOfSync.RECOVER),
                section.value("max-entries", Converters.integer(1, 100_000_000), 262_144),
                helpers(section),
                section.sections("nat", NatReader::read),
                section.sections("synproxy", UserspaceReader::synproxy),
                section.section("overload", UserspaceReader::overload));
    }

    /** A profile's name, or a mapping of single timeouts with an optional {@code profile}. */
    private static TimeoutProfile timeouts(Section section, Map<String, Duration> overrides) {
        Converter<TimeoutProfile> profile = Converters.word(TimeoutProfile.class);
        if (section.node("timeouts") instanceof MappingNode) {
            return section.section("timeouts", nested -> {
                overrides(nested, overrides);
                return nested.value("profile", profile, TimeoutProfile.LINUX);
            });
        }
        return section.value("timeouts", profile, TimeoutProfile.LINUX);
    }

    private static void overrides(Section section, Map<String, Duration> overrides) {
        // In the section itself, and under timeouts.
        for (Timeout key : Timeout.values()) {
            Duration timeout = section.value(key.key(), TIMEOUT);
            if (timeout != null) {
                overrides.put(key.key(), timeout);
            }
        }
    }

    private static List<Helper> helpers(Section section) {
        List<Helper> rules = new ArrayList<>();
        section.mixed("helpers", Converters.HELPER_RULE, UserspaceReader::helper, (mark, rule) -> {
            for (Helper before : rules) {
                if (before.name().equals(rule.name()) && !before.keepsAs(rule)) {
                    section.error(
                            mark,
                            "userspace.helpers: keep and port-mask belong to the helper; give all rules of "
                                    + rule.name() + " the same");
                    return;
                }
            }
            rules.add(rule);
        });
        return rules;
    }

    private static Helper helper(Section rule) {
        String name = rule.required("helper", Converters.HELPER_NAME, "ftp");
        int protocol = rule.required("protocol", Converters.PROTOCOL, Protocol.TCP);
        int port = rule.required("port", Converters.integer(1, 65535), 1);
        Integer zone = rule.value("zone", Converters.integer(0, 65535));
        Helper helper = new Helper(
                name,
                protocol,
                port,
                zone == null ? -1 : zone,
                rule.value("keep", Converters.FLAG, false),
                rule.value("port-mask", Converters.PORT_MASK, Helper.WHOLE_PORT));
        String unknown = helper.unknown();
        if (unknown != null && rule.has("helper") && rule.has("protocol")) {
            rule.error("helper", unknown);
        }
        return helper;
    }

    private static SynProxy synproxy(Section rule) {
        Cidr any = new Cidr(InetAddress.getLoopbackAddress(), 32);
        return new SynProxy(
                rule.required("destination", Converters.CIDR, any),
                rule.required("port", Converters.integer(1, 65535), 1),
                rule.value("mss", Converters.integer(64, 65535), 1460),
                rule.value("wscale", Converters.integer(0, 14), 7),
                rule.value("timestamp", Converters.FLAG, true),
                rule.value("sack-perm", Converters.FLAG, true),
                rule.value("ecn", Converters.FLAG, false),
                rule.value("learn", Converters.FLAG, false));
    }

    private static Overload overload(Section section) {
        Overload overload = new Overload(
                section.value("early-drop", Converters.FLAG, Overload.DEFAULT.earlyDrop()),
                section.value("adaptive-start", Converters.share(0, 1), Overload.DEFAULT.adaptiveStart()),
                section.value("adaptive-end", Converters.share(0, 10), Overload.DEFAULT.adaptiveEnd()),
                section.value("soft-timeout", TIMEOUT, Overload.DEFAULT.softTimeout()),
                section.value("probe", Converters.FLAG, Overload.DEFAULT.probe()));
        if (overload.adaptiveEnd() <= overload.adaptiveStart()) {
            section.error("adaptive-end", "must be greater than adaptive-start " + overload.adaptiveStart());
        }
        return overload;
    }
}
