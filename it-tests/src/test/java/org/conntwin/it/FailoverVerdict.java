package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.it.Stopwatch.figure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.conntwin.it.containers.ContainerLab;
import org.conntwin.it.containers.FailoverFigure;
import org.conntwin.it.containers.FirewallContainer;
import org.conntwin.it.containers.TrafficReport;

/**
 * What becomes of flows when firewalls in containers fail: printed, written down, and judged, unless the firewalls run
 * something else for comparison. Not thread-safe.
 */
final class FailoverVerdict {
    private static final Path FIGURES = Path.of("target");

    private final ContainerLab lab;
    private final boolean judges;
    private final List<FailoverFigure> figures = new ArrayList<>();
    private boolean probing;

    FailoverVerdict(ContainerLab lab) {
        this.lab = lab;
        this.judges = !lab.replicator().isCompared();
    }

    /**
     * A takeover, as far as packets tell.
     *
     * @param millis from the addresses' coming to the first probe that went out after it
     * @param text the same and the commit, in words
     */
    record Takeover(OptionalDouble millis, String text) {
        static final Takeover NONE = new Takeover(OptionalDouble.empty(), "");
    }

    /** Closes what a failed scenario left open, and probes anew where the probe died. */
    void begin() {
        lab.traffic().close("old");
        lab.traffic().close("born");
        if (!probing) {
            lab.traffic().probe();
            probing = true;
        }
    }

    /** Every flow of a group lives, its data connections pass as related; closes it. */
    void live(String what, String group, FirewallContainer now, Takeover takeover, String more) {
        TrafficReport report = lab.traffic().report(group);
        long related = now.counted("related");
        String fetched = lab.traffic().fetch(group);
        boolean came = now.counted("related") > related;
        List<String> control = now.ftpEntries();
        figure("containers: %s, flows %s: %s; FTP %s%s%s"
                .formatted(what, group, report, fetched, takeover.text(), more));
        lab.traffic().close(group);
        probing = report.whole();
        boolean transferred = fetched.startsWith("fetched ") && came;
        figures.add(new FailoverFigure(
                what, group, Optional.of(FailoverFigure.Result.of(report, transferred, takeover.millis()))));
        if (judges) {
            assertThat(report.tcpAlive()).as("TCP flows alive").isEqualTo(report.tcp());
            assertThat(report.udpAlive()).as("UDP flows alive").isEqualTo(report.udp());
            assertThat(fetched).startsWith("fetched ");
            assertThat(came).as("data connections came as related").isTrue();
            assertThat(control).isNotEmpty().allMatch(line -> line.contains("helper=ftp"));
        }
    }

    /** The same, with no more to say. */
    void live(String what, String group, FirewallContainer now, Takeover takeover) {
        live(what, group, now, takeover, "");
    }

    /** The same, of a group that the takeover before was not about. */
    void live(String what, String group, FirewallContainer now) {
        live(what, group, now, Takeover.NONE, "");
    }

    /** A scenario that cannot be with these firewalls. */
    void impossible(String what, String group, String reason) {
        figure("containers: %s, flows %s: not possible: %s".formatted(what, group, reason));
        figures.add(new FailoverFigure(what, group, Optional.empty()));
    }

    /** The takeover that has just been, which forwards packets of the probe. */
    Takeover takeover(FirewallContainer now) {
        OptionalDouble millis = now.takeoverMillis();
        if (judges) {
            assertThat(millis).as("a probe went out after the addresses came").isPresent();
        }
        String first = millis.isPresent()
                ? String.format(
                        Locale.ROOT, "first packet forwarded %.1f ms after the addresses came", millis.getAsDouble())
                : "no packet forwarded after the addresses came";
        return new Takeover(millis, "; %s (last commit: %s)".formatted(first, now.lastCommit()));
    }

    /** Writes the figures to a file, for the table of both kinds. */
    void write() {
        FailoverFigure.write(FIGURES, lab.replicator().name(), figures);
    }
}
