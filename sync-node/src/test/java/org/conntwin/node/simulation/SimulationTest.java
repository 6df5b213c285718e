package org.conntwin.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Many lives of a cluster. {@code -Dconntwin.seed=N} lives one of them again, {@code -Dconntwin.seeds=M} so many:
 * {@code mvn -pl sync-node -am verify -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dconntwin.seed=N}.
 */
final class SimulationTest {
    private static final long SEEDS = Long.getLong("conntwin.seeds", 1_000);

    private static final Logger NODES = Logger.getLogger("org.conntwin.node");

    /** Thousands of lives say more than anybody reads; the story of a failed one is in its failure. */
    @BeforeAll
    static void quiet() {
        NODES.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        NODES.setLevel(null);
    }

    @Test
    void everyLifeUnderAnHaManagerEndsInAgreement() {
        live(false);
    }

    @Test
    void everyLifeWithoutOneHasAtMostOneActiveNodeAndEndsInAgreement() {
        live(true);
    }

    private static void live(boolean elects) {
        Long alone = Long.getLong("conntwin.seed");
        if (alone != null) {
            Simulation.live(alone, elects).forEach(System.out::println);
        } else {
            LongStream.rangeClosed(1, SEEDS).parallel().forEach(seed -> Simulation.live(seed, elects));
        }
    }

    @Test
    void theSameSeedIsTheSameLife() {
        List<String> first = Simulation.live(1, true);
        assertThat(Simulation.live(1, true)).isEqualTo(first);
    }
}
