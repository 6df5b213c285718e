package org.conntwin.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableException;
import org.junit.jupiter.api.Test;

/** More batches than are under way at once. */
final class LargeCommitTest {
    private static final int ENTRIES = 30_000;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final FakeTable table = new FakeTable(log);
    private final FakeOwnership ownership = new FakeOwnership(log);

    private CommitReport commit() {
        CommitSource source = new CommitSource() {
            @Override
            public void entries(Consumer<? super Conntrack> visitor) {
                IntStream.rangeClosed(1, ENTRIES).mapToObj(Lines::tcp).forEach(visitor);
            }

            @Override
            public void expectations(Consumer<? super Expectation> visitor) {}
        };
        return new Injector(table, true).commit(source, ownership, CommitKinds.BOTH);
    }

    @Test
    void whatIsRefusedIsCountedAndDisowned() {
        table.capacity = 20_000;
        CommitReport report = commit();

        assertThat(report.created()).isEqualTo(20_000);
        assertThat(report.failed()).isEqualTo(10_000);
        assertThat(report.causes()).containsOnly(Map.entry(Outcome.TABLE_FULL.meaning(), 10_000));
        assertThat(ownership.owned).hasSize(20_000);
    }

    @Test
    void aTableThatFailsEndsTheCommitWithItsErrorAndWhatWasNotWrittenIsGivenUp() {
        table.failsAfter = 15_000;
        assertThatThrownBy(this::commit).isInstanceOf(TableException.class).hasMessage("the table is gone");
        assertThat(ownership.owned).hasSize((int) table.count());

        table.failsAfter = Integer.MAX_VALUE;
        assertThat(commit().failed()).isZero();
        assertThat(table.count()).isEqualTo(ENTRIES);
    }
}
