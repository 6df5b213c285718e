package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.synproxy.ProxyComparison;
import org.junit.jupiter.api.Test;

/** Clients and servers see no difference between the kernel's SYN proxy and the userspace one. */
@KernelLab(files = "/dev/net/tun")
class SynProxyIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void everySegmentIsTheSameButForCookieAndClock() {
        try (Lab lab = Lab.open()) {
            List<String> words = Programs.command(Product.ofThisBuild(), ProxyComparison.class, "1000");
            CommandResult result =
                    lab.namespace("proxy").command(words).within(LIMIT).run();
            System.out.println(result.stdout());
            assertThat(result.stdout()).containsPattern("(?m)^1\\d{4} steps in 1000 conversations compared, 0 differ$");
        }
    }
}
