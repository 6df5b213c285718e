package org.conntwin.tracker.userspace.synproxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** SipHash-2-4 against the vectors of its authors: key 00 01 … 0f, message 00 01 02 …. */
class SipHashTest {
    private static final long K0 = 0x0706050403020100L;
    private static final long K1 = 0x0f0e0d0c0b0a0908L;

    private final SipHash hash = new SipHash();

    private static long word(int number) {
        return 0x0706050403020100L + number * 0x0808080808080808L;
    }

    @Test
    void twoWords() {
        assertThat(hash.of(K0, K1, word(0), word(1))).isEqualTo(0x3f2acc7f57c29bdbL);
    }

    @Test
    void fiveWords() {
        assertThat(hash.of(K0, K1, word(0), word(1), word(2), word(3), word(4))).isEqualTo(0x0e3e_a96b_5304_a7d0L);
    }
}
