package org.conntwin.node.config;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The kinds of value that a configuration knows, strict about type and range. */
final class Converters {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern INTERFACE = Pattern.compile("[^/\\s:]{1,15}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd]?)");
    private static final Pattern HELPER_PORT = Pattern.compile("[^/]+/([0-9]+)");
    /** Base64 of as many bytes as a cluster's key has, or more. */
    private static final Pattern SECRET = Pattern.compile("([A-Za-z0-9+/]{4})[A-Za-z0-9+/]{36,}={0,2}");

    private static final int LONGEST_SHOWN = 60;
    private static final int SOCKET_PATH_BYTES = 106;

    private Converters() {}

    static final Converter<Boolean> FLAG = Converter.of("true or false", node -> {
        if (!Tag.BOOL.equals(node.getTag())) {
            throw expected("true or false", node);
        }
        return Boolean.valueOf(node.getValue());
    });

    static final Converter<String> NAME_TEXT =
            matching(NAME, "a name of 1 to 64 letters, digits, dots, underscores and dashes");

    static final Converter<String> INTERFACE_NAME = matching(INTERFACE, "an interface name of 1 to 15 characters");

    static final Converter<InetAddress> ADDRESS = new Converter<>(
            "an IPv4 or IPv6 address",
            node -> {
                InetAddress address = Addresses.parse(text(node, "an IPv4 or IPv6 address"));
                if (address == null) {
                    throw expected("an IPv4 or IPv6 address", node);
                }
                return address;
            },
            Addresses::text);

    static final Converter<Cidr> CIDR = Converter.of("a prefix such as 10.0.0.0/8", node -> {
        Cidr cidr = Addresses.parseCidr(text(node, "a prefix such as 10.0.0.0/8"));
        if (cidr == null) {
            throw expected("a prefix such as 10.0.0.0/8", node);
        }
        Cidr masked = Addresses.masked(cidr);
        if (!masked.equals(cidr)) {
            throw new BadValue(cidr + " has bits set behind its length; the prefix is " + masked);
        }
        return cidr;
    });

    static final Converter<Path> PATH = Converter.of("a path", node -> {
        String text = text(node, "a path");
        if (text.isEmpty() || text.indexOf('\0') >= 0 || text.length() > 4096) {
            throw expected("a path", node);
        }
        return Path.of(text);
    });

    static final Converter<Path> SOCKET_PATH =
            Converter.of("a path of at most " + SOCKET_PATH_BYTES + " bytes", node -> {
                Path path = PATH.convert(node);
                int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
                if (bytes > SOCKET_PATH_BYTES) {
                    throw new BadValue("a socket's path has at most " + SOCKET_PATH_BYTES + " bytes, this one has "
                            + bytes + "; choose a shorter one");
                }
                return path;
            });

    static final Converter<Integer> PROTOCOL = new Converter<>(
            "one of " + Protocols.names() + ", or a number from 0 to 255",
            node -> {
                OptionalInt number = Protocols.number(scalar(node, Tag.STR, Tag.INT, "a protocol"));
                if (number.isEmpty()) {
                    throw expected("one of " + Protocols.names() + ", or a number from 0 to 255", node);
                }
                return number.getAsInt();
            },
            Protocols::name);

    static final Converter<Userspace.Helper> HELPER_RULE = Converter.of("a rule such as ftp:tcp/21", node -> {
        String expected = "a rule such as ftp:tcp/21";
        String text = text(node, expected);
        Userspace.Helper helper = Userspace.Helper.parse(text);
        if (helper == null) {
            Matcher port = HELPER_PORT.matcher(text);
            throw port.matches() && Addresses.number(port.group(1), 65535).orElse(0) == 0
                    ? new BadValue(shorten(text) + ": the port is out of range; from 1 to 65535")
                    : expected(expected, node);
        }
        String unknown = helper.unknown();
        if (unknown != null) {
            throw new BadValue(unknown);
        }
        return helper;
    });

    static final Converter<String> HELPER_NAME = Converter.of("a helper's name, such as ftp", node -> {
        String name = text(node, "a helper's name, such as ftp");
        if (!name.matches("[A-Za-z0-9._-]{1,15}")) {
            throw expected("a helper's name, such as ftp", node);
        }
        return name;
    });

    static final Converter<Integer> PORT_MASK = new Converter<>(
            "a mask from 0x0001 to 0xffff, such as 0xfffc",
            node -> {
                String text = scalar(node, Tag.STR, Tag.INT, "a mask such as 0xfffc");
                if (!text.matches("0x[0-9a-fA-F]{1,4}") || Integer.parseInt(text.substring(2), 16) == 0) {
                    throw expected("a mask from 0x0001 to 0xffff, such as 0xfffc", node);
                }
                return Integer.parseInt(text.substring(2), 16);
            },
            mask -> String.format(Locale.ROOT, "0x%04x", mask));

    /** {@code ADDRESS[:PORT]}; a default port of 0 makes the port mandatory. */
    static Converter<Endpoint> endpoint(int defaultPort) {
        String expected = defaultPort == 0 ? "ADDRESS:PORT or [V6]:PORT" : "an address, with :PORT where it differs";
        return Converter.of(expected, node -> {
            Endpoint endpoint = Addresses.parseEndpoint(text(node, expected), defaultPort);
            if (endpoint == null) {
                throw expected(expected, node);
            }
            return endpoint;
        });
    }

    static Converter<Integer> integer(int min, int max) {
        String expected = "a whole number from " + min + " to " + max;
        return Converter.of(expected, node -> {
            if (!Tag.INT.equals(node.getTag())) {
                throw expected(expected, node);
            }
            OptionalInt number = Addresses.number(node.getValue(), max);
            if (number.isEmpty() || number.getAsInt() < min) {
                throw new BadValue(shorten(node.getValue()) + " is out of range; from " + min + " to " + max);
            }
            return number.getAsInt();
        });
    }

    /** {@code N} or {@code N-M}. */
    static Converter<Userspace.Range> range(int min, int max) {
        String expected = "a number or a range such as " + min + "-" + max;
        return Converter.of(expected, node -> {
            String text = scalar(node, Tag.STR, Tag.INT, expected);
            int dash = text.indexOf('-');
            OptionalInt first = Addresses.number(dash < 0 ? text : text.substring(0, dash), max);
            OptionalInt last = dash < 0 ? first : Addresses.number(text.substring(dash + 1), max);
            if (first.isEmpty() || last.isEmpty() || Math.min(first.getAsInt(), last.getAsInt()) < min) {
                throw expected(expected, node);
            }
            if (last.getAsInt() < first.getAsInt()) {
                throw new BadValue(text + " is the wrong way round; the lower number stands first: "
                        + new Userspace.Range(last.getAsInt(), first.getAsInt()));
            }
            return new Userspace.Range(first.getAsInt(), last.getAsInt());
        });
    }

    static Converter<Double> share(double min, double max) {
        String expected = "a number from " + min + " to " + max;
        return Converter.of(expected, node -> {
            if (!Tag.INT.equals(node.getTag()) && !Tag.FLOAT.equals(node.getTag())) {
                throw expected(expected, node);
            }
            double value = Double.parseDouble(
                    node.getValue().replace(".inf", "Infinity").replace(".nan", "NaN"));
            if (!(value >= min && value <= max)) {
                throw new BadValue(shorten(node.getValue()) + " is out of range; from " + min + " to " + max);
            }
            return value;
        });
    }

    static Converter<Duration> duration(Duration min, Duration max) {
        Converter.Reading<Duration> reading = node -> {
            Matcher matcher = DURATION.matcher(scalar(node, Tag.STR, Tag.INT, "a duration"));
            if (!matcher.matches()) {
                throw expected("a duration such as 60s, 5m, 2h or 5d", node);
            }
            long unit = switch (matcher.group(2)) {
                case "m" -> 60;
                case "h" -> 3600;
                case "d" -> 86_400;
                default -> 1;
            };
            Duration duration = Duration.ofSeconds(Long.parseLong(matcher.group(1)) * unit);
            if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                throw new BadValue(
                        node.getValue() + " is out of range; from " + durationText(min) + " to " + durationText(max));
            }
            return duration;
        };
        String kind = "a duration from " + durationText(min) + " to " + durationText(max);
        return new Converter<>(kind, reading, Converters::durationText);
    }

    /** One of an enumeration's constants by its {@link #word}. */
    static <E extends Enum<E>> Converter<E> word(Class<E> type) {
        List<String> words =
                Arrays.stream(type.getEnumConstants()).map(Converters::word).toList();
        String expected = "one of " + String.join(", ", words);
        Converter.Reading<E> reading = node -> {
            if (Tag.STR.equals(node.getTag())) {
                for (E constant : type.getEnumConstants()) {
                    if (word(constant).equals(node.getValue())) {
                        return constant;
                    }
                }
            }
            throw expected(expected, node);
        };
        return new Converter<>(expected, reading, Converters::word);
    }

    /** How a constant is written: TCP states as the kernel names them, all others in lower case with dashes. */
    static String word(Enum<?> constant) {
        return constant instanceof NodeConfig.TcpState
                ? constant.name()
                : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A duration in the largest unit that divides it. */
    static String durationText(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds == 0 || seconds % 60 != 0) {
            return seconds + "s";
        }
        if (seconds % 3600 != 0) {
            return seconds / 60 + "m";
        }
        return seconds % 86_400 != 0 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    /** What was found, for an error message. */
    static String describe(Node node) {
        return switch (node) {
            case MappingNode _ -> "keys with values";
            case SequenceNode _ -> "a list";
            case ScalarNode scalar when Tag.NULL.equals(scalar.getTag()) -> "nothing";
            case ScalarNode scalar when Tag.STR.equals(scalar.getTag()) -> "'" + shorten(scalar.getValue()) + "'";
            case ScalarNode scalar when Tag.BOOL.equals(scalar.getTag()) -> scalar.getValue();
            case ScalarNode scalar -> "the number " + shorten(scalar.getValue());
            default -> "something else";
        };
    }

    /**
     * The text, cut to a length that fits a message and without control characters. What could be a key shows its
     * beginning alone: whoever gives a key file for a configuration finds it in no log.
     */
    static String shorten(String text) {
        return shorten(text, LONGEST_SHOWN);
    }

    /** The same with at most so many characters. */
    static String shorten(String text, int longest) {
        String open = SECRET.matcher(text).replaceAll("$1…");
        String clean = open.length() <= longest ? open : open.substring(0, longest) + "…";
        return clean.replaceAll("\\p{Cntrl}", "?");
    }

    static BadValue expected(String expected, ScalarNode found) {
        return new BadValue("expected " + expected + ", found " + describe(found));
    }

    private static Converter<String> matching(Pattern pattern, String expected) {
        return Converter.of(expected, node -> {
            String text = text(node, expected);
            if (!pattern.matcher(text).matches() || text.equals(".") || text.equals("..")) {
                throw expected(expected, node);
            }
            return text;
        });
    }

    private static String text(ScalarNode node, String expected) throws BadValue {
        return scalar(node, Tag.STR, Tag.STR, expected);
    }

    private static String scalar(ScalarNode node, Tag tag, Tag or, String expected) throws BadValue {
        if (!tag.equals(node.getTag()) && !or.equals(node.getTag())) {
            String hint = Tag.NULL.equals(node.getTag()) ? "" : "; put it in quotes if it is meant as text";
            throw new BadValue(expected(expected, node).getMessage() + hint);
        }
        return node.getValue();
    }
}
