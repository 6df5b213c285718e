package org.conntwin.tracker.userspace.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.conntwin.tracker.userspace.flow.Flow;
import org.conntwin.tracker.userspace.track.PacketState;
import org.junit.jupiter.api.Test;

class StateBitsTest {
    private final StateBits bits = new StateBits(8);

    @Test
    void everyStateHasItsBitAndReadsBack() {
        Map<PacketState, Integer> expected = Map.of(
                PacketState.NEW, 1,
                PacketState.ESTABLISHED, 2,
                PacketState.RELATED, 4,
                PacketState.INVALID, 8,
                PacketState.UNTRACKED, 16);
        assertThat(expected).containsOnlyKeys(PacketState.values());
        expected.forEach((state, bit) -> {
            int mark = bits.mark(0, state, Flow.ORIGINAL);
            assertThat(mark).isEqualTo(bit << 8);
            assertThat(bits.state(mark)).isEqualTo(state);
        });
    }

    @Test
    void repliesHaveABitMoreAndWhatHasNoDirectionHasNot() {
        assertThat(bits.mark(0, PacketState.ESTABLISHED, Flow.REPLY)).isEqualTo(0x2200);
        assertThat(bits.mark(0, PacketState.RELATED, Flow.REPLY)).isEqualTo(0x2400);
        assertThat(bits.mark(0, PacketState.INVALID, Flow.REPLY)).isEqualTo(0x800);
        assertThat(bits.direction(0x2200)).isEqualTo(Flow.REPLY);
        assertThat(bits.direction(0x200)).isEqualTo(Flow.ORIGINAL);
    }

    @Test
    void otherBitsOfTheMarkStayAsTheyAre() {
        assertThat(bits.mark(0xffff_ffff, PacketState.NEW, Flow.ORIGINAL)).isEqualTo(0xffff_c1ff);
        assertThat(bits.own(0x4000)).isTrue();
        assertThat(bits.own(0x3f00)).isFalse();
        assertThat(bits.ownMark()).isEqualTo(0x4000);
    }

    @Test
    void aMarkWithoutAStateOrWithTwoTellsNone() {
        assertThat(bits.state(0xff)).isNull();
        assertThat(bits.state(0x300)).isNull();
    }
}
