package org.conntwin.tracker.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    private static final int CASES = 20_000;

    @ParameterizedTest
    @CsvSource({
        // RFC 5952, section by section: 4.1 leading zeros, 4.2.1 shorten all, 4.2.2 not one group,
        // 4.2.3 the longest run and of equal ones the first, 4.3 lower case, 5 embedded IPv4.
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::ABCD, 2001:db8::abcd",
        "::ffff:192.0.2.1, ::ffff:192.0.2.1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:1:1:1:1:1:1:1, 0:1:1:1:1:1:1:1",
        "0:0:1:1:1:1:1:1, ::1:1:1:1:1:1",
        "1:1:1:1:1:1:0:0, 1:1:1:1:1:1::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "10.0.1.2, 10.0.1.2"
    })
    void addressesAreReadInAnyAndWrittenInTheirCanonicalForm(String given, String canonical) {
        Addresses.Parsed parsed = Objects.requireNonNull(Addresses.parse(given));

        assertThat(Addresses.text(parsed.family(), parsed.high(), parsed.low())).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                ":::",
                "::1::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "12345::",
                "g::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1.2.3.4::",
                "::1.2.3",
                "::1.2.3.256",
                "::1.2.3.4:5",
                "fe80::1%lo",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1..2.3",
                "-1.2.3.4",
                "+1.2.3.4",
                "1.2.3.4 ",
                "a.b.c.d",
                "localhost",
                "0x1.2.3.4",
                "010.0.0.1",
                "\u0661.2.3.4",
                "\uff11::"
            })
    void whatIsNoAddressIsNotTakenForOne(String text) {
        assertThat(Addresses.parse(text)).isNull();
    }

    @Test
    void everyIpv4AddressIsWrittenAndReadAsTheJdkDoes() throws UnknownHostException {
        Random random = new Random(4);
        for (int i = 0; i < CASES; i++) {
            int value = random.nextInt();
            byte[] bytes = ByteBuffer.allocate(4).putInt(value).array();
            String text = Addresses.text(Family.IPV4, 0, Integer.toUnsignedLong(value));

            assertThat(text).isEqualTo(InetAddress.getByAddress(bytes).getHostAddress());
            assertThat(Addresses.parse(text))
                    .isEqualTo(new Addresses.Parsed(Family.IPV4, 0, Integer.toUnsignedLong(value)));
        }
    }

    @Test
    void everyIpv6AddressMeansToTheJdkWhatItMeansHere() throws UnknownHostException {
        Random random = new Random(6);
        for (int i = 0; i < CASES; i++) {
            long high = half(random);
            long low = half(random);
            String text = Addresses.text(Family.IPV6, high, low);
            byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();

            // The scope id keeps a mapped address from becoming an Inet4Address.
            assertThat(Inet6Address.getByAddress(null, bytes, 0).getAddress()).isEqualTo(jdk(text));
            assertThat(Addresses.parse(text)).isEqualTo(new Addresses.Parsed(Family.IPV6, high, low));
            String uncompressed = Inet6Address.getByAddress(null, bytes, -1).getHostAddress();
            assertThat(Addresses.parse(uncompressed)).isEqualTo(new Addresses.Parsed(Family.IPV6, high, low));
        }
    }

    private static byte[] jdk(String literal) {
        byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
        if (bytes.length == 16) {
            return bytes;
        }
        return ByteBuffer.allocate(16).putLong(0).putInt(0xffff).put(bytes).array();
    }

    private static long half(Random random) {
        long value = 0;
        for (int i = 0; i < 4; i++) {
            int group = random.nextInt(3) == 0 ? random.nextInt(0x1_0000) : random.nextInt(2) * 0xffff;
            value = value << 16 | group;
        }
        return value;
    }
}
