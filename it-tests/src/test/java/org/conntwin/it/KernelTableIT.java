package org.conntwin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.EntryLine;
import org.conntwin.it.lab.KernelView;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.traffic.TableProgram;
import org.junit.jupiter.api.Test;

/** The kernel's table as the product reads and writes it, judged by `conntrack`; no node is involved. */
@KernelLab
class KernelTableIT {
    private static final int LIFETIME_SECONDS = 3_600;

    @Test
    void whatIsReadCanBeWrittenBackAndIsTheSame() {
        Product product = Product.ofThisBuild();
        try (Lab lab = Lab.open()) {
            Namespace namespace = lab.namespace("a");
            namespace.lifetimes(LIFETIME_SECONDS);
            namespace.ruleset(Rulesets.WITH_LABELS);
            run(namespace, product, "kinds");
            KernelView kernel = new KernelView(namespace);
            List<String> before = EntryLine.reduced(kernel.entries());
            List<String> expectationsBefore = expectations(kernel);
            List<String> detailsBefore = run(namespace, product, "details");

            run(namespace, product, "rewrite");

            assertThat(EntryLine.reduced(kernel.entries())).isEqualTo(before);
            assertThat(expectations(kernel)).isEqualTo(expectationsBefore);
            assertThat(run(namespace, product, "details")).isEqualTo(detailsBefore);
        }
    }

    @Test
    void linesAreThoseOfConntrackBlankForBlank() {
        Product product = Product.ofThisBuild();
        try (Lab lab = Lab.open()) {
            Namespace namespace = lab.namespace("a");
            namespace.lifetimes(LIFETIME_SECONDS);
            namespace.ruleset(Rulesets.WITH_LABELS);
            run(namespace, product, "kinds");
            KernelView kernel = new KernelView(namespace);
            List<String> expected = Stream.concat(kernel.plainEntries().stream(), kernel.expectations().stream())
                    .map(KernelTableIT::comparable)
                    .sorted()
                    .toList();
            assertThat(run(namespace, product, "lines").stream()
                            .map(KernelTableIT::comparable)
                            .sorted()
                            .toList())
                    .isEqualTo(expected);
        }
    }

    /** Timeouts run; use counts and labels are printed by one side only. */
    private static String comparable(String line) {
        return line.replaceAll(" (labels=\\S+|use=\\d+)", "")
                .replaceFirst("^(\\S+ +\\d+) \\d+ ", "$1 N ")
                .replaceFirst("^\\d+ proto=", "N proto=")
                .stripTrailing();
    }

    private static List<String> run(Namespace namespace, Product product, String action) {
        CommandResult result = namespace
                .command(Programs.command(product, TableProgram.class, action))
                .run();
        return result.orThrow(action).lines().stream().sorted().toList();
    }

    private static List<String> expectations(KernelView kernel) {
        return kernel.expectations().stream()
                .map(EntryLine::reducedExpectation)
                .sorted()
                .toList();
    }
}
