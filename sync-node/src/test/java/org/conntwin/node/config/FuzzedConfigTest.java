package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.conntwin.tracker.testing.Fuzz;
import org.junit.jupiter.api.Test;

/** Configuration files, damaged: each is read, or every mistake is said. */
final class FuzzedConfigTest {
    /** Of files of at most 64 KiB; YAML's own reader takes most of it. */
    private static final long ALLOCATION = 64 << 20;

    private static final int INPUTS_USUAL = 3_000;

    @Test
    void configurations() throws IOException {
        String shipped = Files.readString(Path.of("../deploy/package/node.yaml"));
        String full = shipped.replaceAll("(?m)^(\\s*)#( *[a-z-]+:)", "$1$2").replaceAll("(?m)^\\s*#.*\n", "");
        String small = "node: a\ncluster: {name: b, bind-address: 127.0.0.1, insecure: true}\n";
        String bomb =
                small + "x: &a [1,1,1,1,1,1,1,1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: [*b,*b,*b,*b,*b,*b,*b]\n";
        Fuzz.run("config", Fuzz.texts(List.of(small, full, shipped, bomb)), ALLOCATION, INPUTS_USUAL, input -> {
            ConfigResult result = ConfigReader.parse(new String(input, StandardCharsets.UTF_8), "fuzz.yaml");
            if (result instanceof ConfigResult.Invalid invalid) {
                assertThat(invalid.errors()).isNotEmpty();
                return false;
            }
            return true;
        });
    }
}
