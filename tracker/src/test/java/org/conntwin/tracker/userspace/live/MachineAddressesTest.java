package org.conntwin.tracker.userspace.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Objects;
import org.conntwin.tracker.host.Routes;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.testing.Commands;
import org.conntwin.tracker.testing.Namespace;
import org.junit.jupiter.api.Test;

/** Asks on the machine's kernel, in a namespace and a JVM of their own. */
final class MachineAddressesTest {
    private static final String OUTSIDE = "198.51.100.1";
    private static final String OWN = "192.0.2.7";

    @Test
    void anAddressIsHeldWhileADeviceHasItAlsoWithoutACarrier() {
        assertThat(asked(List.of(
                        "link set wan0 up", "addr add 192.0.2.7/24 dev wan0", "route add default via 192.0.2.1")))
                .isEqualTo("192.0.2.7 true");
        assertThat(asked(List.of("link set wan0 up", "addr add 192.0.2.8/24 dev wan0", "route add default dev wan0")))
                .isEqualTo("192.0.2.8 false");
    }

    @Test
    void theAddressThatARoutePrefersMayBeAnotherDevices() {
        assertThat(asked(List.of(
                        "link set wan0 up",
                        "addr add 10.9.9.1/24 dev wan0",
                        "addr add 192.0.2.7/32 dev lo",
                        "route add default via 10.9.9.2 src 192.0.2.7")))
                .isEqualTo("192.0.2.7 true");
    }

    private static String asked(List<String> setup) {
        try (Namespace namespace = Namespace.create()) {
            Commands.Result made = namespace.run("ip", "link", "add", "wan0", "type", "veth", "peer", "name", "wan1");
            assertThat(made.code()).as(made.output()).isZero();
            for (String command : setup) {
                Commands.Result done = namespace.run(("ip " + command).split(" ", -1));
                assertThat(done.code()).as(done.output()).isZero();
            }
            return namespace.java(Question.class).output().lines().toList().getLast();
        }
    }

    /** What masquerading gives, and whether the test's address is there. */
    static final class Question {
        private Question() {}

        public static void main(String[] arguments) throws SocketException {
            try (Routes routes = new Routes()) {
                MachineAddresses machine = new MachineAddresses(routes, System::nanoTime);
                Addresses.Parsed to = Objects.requireNonNull(Addresses.parse(OUTSIDE));
                Addresses.Parsed own = Objects.requireNonNull(Addresses.parse(OWN));
                int device = Objects.requireNonNull(NetworkInterface.getByName("wan0"))
                        .getIndex();
                Addresses.Parsed given = machine.to(device, to.family(), to.high(), to.low());
                String text = given == null ? "none" : Addresses.text(given.family(), given.high(), given.low());
                System.out.println(text + " " + machine.holds(own.family(), own.high(), own.low()));
            }
        }
    }
}
