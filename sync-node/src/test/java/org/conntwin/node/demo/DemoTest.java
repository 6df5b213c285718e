package org.conntwin.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.conntwin.node.demo.stage.DemoOptions;
import org.junit.jupiter.api.Test;

class DemoTest {
    @Test
    void shouldRefuseWrongOptionsWithTheExitCodeOfAUsageError() {
        assertThat(Demo.run(new DemoOptions(0, "kernel", 1))).isEqualTo(2);
        assertThat(Demo.run(new DemoOptions(DemoOptions.MAX_FLOWS + 1, "kernel", 1)))
                .isEqualTo(2);
        assertThat(Demo.run(new DemoOptions(0, "userspace", 1))).isEqualTo(2);
    }
}
