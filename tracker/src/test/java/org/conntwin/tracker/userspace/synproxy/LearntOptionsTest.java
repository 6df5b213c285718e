package org.conntwin.tracker.userspace.synproxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.packet.TupleKey;
import org.junit.jupiter.api.Test;

/** What is remembered of servers. */
class LearntOptionsTest {
    private static final long HOUR = 3_600_000_000_000L;

    private final LearntOptions learnt = new LearntOptions();
    private final SynOptions said = new SynOptions();

    private static TupleKey server(int number) {
        TupleKey key = new TupleKey();
        key.family = Family.IPV4;
        key.destinationLow = 0x0a00_0000L + number;
        key.keys = 5000 << 16 | 80;
        return key;
    }

    private void note(int server, int size, boolean asked, long now) {
        said.clear();
        said.size = size;
        said.scale = 9;
        said.timestamp = true;
        learnt.note(server(server), said, asked, asked, asked, now);
    }

    @Test
    void onlyWhatAServerWasAskedForCountsAsItsAnswer() {
        note(1, 1400, false, 1);
        int known = learnt.of(server(1), 2);
        assertThat(LearntOptions.size(known, 1)).isEqualTo(1400);
        assertThat(LearntOptions.scale(known, 7)).isEqualTo(7);
        assertThat(LearntOptions.sackPermitted(known, true)).isTrue();
        note(1, 1400, true, 3);
        known = learnt.of(server(1), 4);
        assertThat(LearntOptions.scale(known, 7)).isEqualTo(9);
        assertThat(LearntOptions.sackPermitted(known, true)).isFalse();
        assertThat(LearntOptions.timestamp(known, false)).isTrue();
    }

    @Test
    void whatWasNotHeardAgainForAnHourIsForgotten() {
        note(1, 1400, true, 1);
        assertThat(learnt.of(server(1), HOUR)).isNotZero();
        assertThat(learnt.of(server(1), HOUR + 1)).isZero();
        note(1, 1300, false, HOUR + 1);
        int known = learnt.of(server(1), HOUR + 2);
        assertThat(LearntOptions.size(known, 1)).isEqualTo(1300);
        assertThat(LearntOptions.scale(known, 7)).isEqualTo(7);
    }

    @Test
    void moreServersThanThereIsRoomForPushOutTheEldest() {
        for (int server = 0; server < 20_000; server++) {
            note(server, 1000 + server % 400, true, 1 + server);
        }
        int there = 0;
        for (int server = 0; server < 20_000; server++) {
            int known = learnt.of(server(server), 20_001);
            there += known == 0 ? 0 : 1;
            if (known != 0) {
                assertThat(LearntOptions.size(known, 0)).isEqualTo(1000 + server % 400);
            }
        }
        assertThat(there).isBetween(2000, 4096);
        assertThat(learnt.of(server(19_999), 20_001)).isNotZero();
        assertThat(learnt.of(server(0), 20_001)).isZero();
    }
}
