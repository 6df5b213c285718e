package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.it.differential.NatComparison;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.junit.jupiter.api.Test;

/** The userspace tracker translates packets as the kernel's nftables does: bytes, events, entries, expectations. */
@KernelLab(files = "/dev/net/tun")
@Waits
class NatIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern SUMMARY = Pattern.compile("(?m)^(\\d+) packets compared, (\\d+) differences$");

    @Test
    void packetsComeOutOfBothTranslationsAlike() {
        CommandResult result;
        try (Lab lab = Lab.open()) {
            result = lab.namespace("router")
                    .command(Programs.command(Product.ofThisBuild(), NatComparison.class))
                    .within(LIMIT)
                    .run();
        }
        String said = result.stdout() + result.stderr();
        Matcher summary = SUMMARY.matcher(said);
        assertThat(summary.find()).as(said).isTrue();
        assertThat(Integer.parseInt(summary.group(2))).as(said).isZero();
        assertThat(Integer.parseInt(summary.group(1))).isGreaterThan(2_000);
    }
}
