package org.conntwin.node.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinedGroupsTest {
    @TempDir
    private Path directory;

    @Test
    void tellsWhichInterfaceHearsAGroupOfIpv6() throws IOException {
        Path list = Files.writeString(directory.resolve("igmp6"), """
                1    lo              ff020000000000000000000000000001     1 0000000C 0
                14   sync0           ff150000000000000000000000000042     1 00000004 0
                """);
        JoinedGroups groups = new JoinedGroups(InetAddress.getByName("ff15::42"), list);
        assertThat(groups.heardOn(14)).isTrue();
        assertThat(groups.heardOn(1)).isFalse();
        assertThat(groups.heardOn(4)).isFalse();
    }

    @Test
    void believesThatAllIsWellWhereTheKernelDoesNotTell() throws IOException {
        JoinedGroups groups = new JoinedGroups(InetAddress.getByName("239.1.2.3"), directory.resolve("none"));
        assertThat(groups.heardOn(1)).isTrue();
    }

    @Test
    void followsTheKernelsOwnList() throws IOException {
        InetAddress group = InetAddress.getByName("239.91.17.3");
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        JoinedGroups groups = JoinedGroups.of(group);
        assertThat(groups.heardOn(loopback.getIndex())).isFalse();
        try (MulticastSocket socket = new MulticastSocket(new InetSocketAddress(group, 0))) {
            socket.joinGroup(new InetSocketAddress(group, 0), loopback);
            assertThat(groups.heardOn(loopback.getIndex())).isTrue();
            assertThat(groups.heardOn(loopback.getIndex() + 1_000)).isFalse();
        }
        assertThat(groups.heardOn(loopback.getIndex())).isFalse();
    }
}
