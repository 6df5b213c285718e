package org.conntwin.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The unit that is shipped for systemd. */
class ShippedUnitTest {
    private static List<String> section(String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "deploy", "package", "conntwin.service"));
        List<String> behind = lines.subList(lines.indexOf("[" + name + "]") + 1, lines.size());
        return behind.stream().takeWhile(line -> !line.startsWith("[")).toList();
    }

    @Test
    void aNodeThatCannotRunYetIsStartedAgainForAsLongAsItTakes() throws IOException {
        // systemd gives up after five starts within ten seconds, unless it is told not to count them.
        assertThat(section("Unit")).contains("StartLimitIntervalSec=0");
        assertThat(section("Service")).contains("Restart=on-failure", "RestartPreventExitStatus=2");
    }
}
