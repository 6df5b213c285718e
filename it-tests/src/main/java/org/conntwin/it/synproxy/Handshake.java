package org.conntwin.it.synproxy;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first segments of a connection as {@code tcpdump -n} prints them, without what chance decides. */
public final class Handshake {
    private static final Pattern LINE = Pattern.compile(
            "IP (\\S+) > (\\S+): Flags \\[(\\S+)\\](?:, seq (\\S+))?(?:, ack (\\d+))?, win (\\d+)(?:, options \\[(.*)\\])?,.*");
    private static final Pattern NUMBERS = Pattern.compile("(val|ecr) \\d+");

    private Handshake() {}

    /** Of each segment: who sent it, flags, whether its window is 0, options without the clocks' numbers. */
    public static List<String> of(List<String> lines, int server) {
        return lines.stream()
                .map(LINE::matcher)
                .filter(Matcher::find)
                .map(line -> (line.group(1).endsWith("." + server) ? "server " : "client ")
                        + line.group(3)
                        + (line.group(6).equals("0") ? " closed window " : " ")
                        + (line.group(7) == null
                                ? ""
                                : NUMBERS.matcher(line.group(7)).replaceAll("$1 N")))
                .toList();
    }
}
