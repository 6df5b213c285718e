package org.conntwin.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.table.TableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BatchThreadTest {
    private final BatchThread thread = new BatchThread();
    private final CountDownLatch under = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger written = new AtomicInteger();

    private static List<TableChange> batch(int number) {
        return List.of(new TableChange.Insert(Lines.tcp(number)));
    }

    private List<Outcome> write() {
        written.incrementAndGet();
        return List.of(Outcome.DONE);
    }

    @Test
    void shouldWaitForABatchThatIsBeingWrittenWhenItEndsAndCallOffTheRest() throws InterruptedException {
        thread.next(batch(1), () -> {
            throw new TableException("not this one");
        });
        thread.next(batch(2), () -> {
            under.countDown();
            assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
            return write();
        });
        thread.next(batch(3), this::write);
        assertThatThrownBy(thread::oldest).isInstanceOf(TableException.class);
        assertThat(under.await(20, TimeUnit.SECONDS)).isTrue();

        List<TableChange> unwritten = new ArrayList<>();
        Thread ending = Thread.ofPlatform().start(() -> unwritten.addAll(thread.end()));
        while (ending.getState() != Thread.State.WAITING) {
            assertThat(ending.isAlive()).as("it waits for the second").isTrue();
            Thread.onSpinWait();
        }
        goOn.countDown();
        ending.join();
        assertThat(unwritten).containsExactly(batch(3).getFirst(), batch(1).getFirst());
        assertThat(written).as("the second, and nothing after it").hasValue(1);
    }
}
