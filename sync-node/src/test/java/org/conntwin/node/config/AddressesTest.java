package org.conntwin.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "::,::",
        "::1,::1",
        "fd00::,fd00::",
        "1:2:3:4:5:6:7:8,1:2:3:4:5:6:7:8",
        "2001:DB8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "64:ff9b::192.0.2.33,64:ff9b::c000:221",
        "0:0:1::,0:0:1::",
        "1:0:3:4:5:6:7:8,1:0:3:4:5:6:7:8"
    })
    void readsAndShortensIpv6(String text, String shortest) throws IOException {
        InetAddress address = Objects.requireNonNull(Addresses.parse(text));
        assertThat(address).isEqualTo(InetAddress.getByName(text));
        assertThat(Addresses.text(address)).isEqualTo(shortest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "g::",
                "::1%eth0",
                "1::2::3",
                "1.2.3",
                "1.2.3.4.5",
                "01.2.3.4",
                "1.2.3.-4",
                "",
                " 1.2.3.4",
                "localhost",
                "::1.2.3",
                "1:2:3:4:5:6:7::8"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(Addresses.parse(text)).isNull();
    }

    @Test
    void aPrefixCoversItsAddresses() throws IOException {
        Cidr cidr = Objects.requireNonNull(Addresses.parseCidr("10.9.8.0/21"));
        assertThat(cidr.contains(InetAddress.getByName("10.9.15.255").getAddress()))
                .isTrue();
        assertThat(cidr.contains(InetAddress.getByName("10.9.16.0").getAddress()))
                .isFalse();
        assertThat(cidr.contains(InetAddress.getByName("fd00::1").getAddress())).isFalse();
        assertThat(Objects.requireNonNull(Addresses.parseCidr("0.0.0.0/0")).contains(new byte[4]))
                .isTrue();
        assertThat(Set.of(new Cidr(InetAddress.getByName("10.0.0.0"), 8)))
                .contains(Objects.requireNonNull(Addresses.parseCidr("10.0.0.0/8")));
    }
}
