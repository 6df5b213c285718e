package org.conntwin.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.conntwin.node.cli.Result.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ConfigCheckTest {
    private static final String USERSPACE =
            "node: a\ntable: userspace\ncluster: {name: c, bind-address: 127.0.0.1, insecure: true}\n";

    @TempDir
    private Path folder;

    @Test
    void checksAConfigurationWithoutANode() throws IOException {
        Path good = Files.writeString(
                folder.resolve("good.yaml"), "node: a\ncluster: {name: c, interface: sync0, key-file: /nosuch}\n");
        assertThat(run("config", "check", good.toString()).code()).isZero();
        Path bad = Files.writeString(folder.resolve("bad.yaml"), "node: a\nclutser: 1\n");
        Result result = run("config", "check", bad.toString());
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains(bad + ":1:1: missing section 'cluster'")
                .contains(bad + ":2:1: unknown key 'clutser'; did you mean 'cluster'?");
        assertThat(run("config", "check", folder.resolve("none").toString()).code())
                .isEqualTo(2);
        assertThat(run("node", "--config", bad.toString()).code()).isEqualTo(2);
    }

    @Test
    void aKeyFileIsAnErrorWithItsPlaceWhereTheFileIsForThisMachine() throws IOException {
        Path key = folder.resolve("key");
        String text = "node: a\ncluster:\n  name: c\n  bind-address: ADDRESS\n  key-file: " + key + "\n";
        Path file = Files.writeString(folder.resolve("n.yaml"), text.replace("ADDRESS", "127.0.0.1"));
        Result here = run("config", "check", file.toString());
        assertThat(here.code()).isEqualTo(2);
        assertThat(here.out()).isEmpty();
        assertThat(here.err())
                .hasLineCount(1)
                .startsWith(file + ":5:13: cluster.key-file: key file " + key + " does not exist");
        Result json = run("config", "check", file.toString(), "--json");
        assertThat(json.code()).isEqualTo(2);
        assertThat(json.err()).isEmpty();
        assertThat(json.out())
                .startsWith("{\"file\":\"" + file + "\",\"valid\":false,\"errors\":[{\"file\":\"" + file
                        + "\",\"line\":5,\"column\":13,\"message\":\"cluster.key-file: ")
                .endsWith("\"warnings\":[]}\n");
        Files.writeString(file, text.replace("ADDRESS", "192.0.2.7"));
        Result elsewhere = run("config", "check", file.toString());
        assertThat(elsewhere.code()).isZero();
        assertThat(elsewhere.out()).isEqualTo(file + ": ok\n");
        assertThat(elsewhere.err())
                .hasLineCount(2)
                .contains(file + ": warning: cluster.bind-address 192.0.2.7 is not an address of this machine")
                .contains(file + ": warning: cluster.key-file: key file " + key + " does not exist");
        assertThat(run("keygen", key.toString()).code()).isZero();
        Files.writeString(file, text.replace("ADDRESS", "127.0.0.1"));
        assertThat(run("config", "check", file.toString())).isEqualTo(new Result(0, file + ": ok\n", ""));
    }

    @Test
    void aPromotionThatCannotHappenIsAWarning() throws IOException {
        Path file = folder.resolve("p.yaml");
        for (String other : List.of("keepalived-fifo: /run/k.fifo", "initial-role: multi")) {
            Files.writeString(file, USERSPACE + "ha: {on-peer-loss: promote, " + other + "}\n");
            Result result = run("config", "check", file.toString());
            assertThat(result.code()).isZero();
            assertThat(result.err())
                    .hasLineCount(1)
                    .startsWith(file + ": warning: ha.on-peer-loss: promote has no effect")
                    .contains(other.substring(0, other.indexOf(':')));
        }
        Files.writeString(file, USERSPACE + "ha: {on-peer-loss: promote}\n");
        assertThat(run("config", "check", file.toString()).err()).isEmpty();
    }

    @Test
    void aHelperThatThereIsNotIsRefusedByTheCheckAndByTheNodeInTheSameWords() throws IOException {
        Path file = Files.writeString(
                folder.resolve("u.yaml"), USERSPACE + "userspace: {helpers: [ftp:tcp/21, sip:sctp/5060]}\n");
        String line = file
                + ":4:35: userspace.helpers: no helper sip for sctp; there are [amanda, ftp, irc, netbios-ns, pptp, sane, sip, snmp, tftp]\n";
        assertThat(run("config", "check", file.toString())).isEqualTo(new Result(2, "", line));
        assertThat(run("node", "--config", file.toString())).isEqualTo(new Result(2, "", line));
    }

    @Test
    void whatHasNoEffectIsSaidInOneLineAndIsNoError() throws IOException {
        String section = "userspace: {mark-shift: 4, synproxy: [{destination: 10.0.2.2, port: 80}], udp: 40}\n";
        Path file = Files.writeString(folder.resolve("u.yaml"), USERSPACE + section);
        assertThat(run("config", "check", file.toString()))
                .isEqualTo(new Result(
                        0,
                        file + ": ok\n",
                        file + ": warning: userspace: synproxy has no effect without live traffic (userspace.queue);"
                                + " everything else is applied\n"));
        Files.writeString(file, USERSPACE.replace("userspace", "kernel") + section);
        Result kernel = run("config", "check", file.toString());
        assertThat(kernel.code()).isZero();
        assertThat(kernel.err())
                .isEqualTo(file + ": warning: the section userspace has no effect with table: kernel;"
                        + " choose table: userspace, or take it out\n");
        Files.writeString(file, USERSPACE + "userspace: {udp: 40, overload: {early-drop: false}}\n");
        assertThat(run("config", "check", file.toString()).err()).isEmpty();
    }
}
