package org.conntwin.it.containers;

import java.util.HashMap;
import java.util.Map;
import org.conntwin.it.lab.LabException;

/**
 * What became of a group of flows.
 *
 * @param tcp flows of lines
 * @param tcpAlive those that went on, every byte in its turn
 * @param tcpStallMillis the longest time that one of them was without an answer
 * @param udp flows of datagrams
 * @param udpAlive those that are still answered
 * @param udpStallMillis the longest time that one of them was without an answer; an answer is due every 5 or 10 ms
 */
public record TrafficReport(int tcp, int tcpAlive, int tcpStallMillis, int udp, int udpAlive, int udpStallMillis) {

    /** Reads the client's line of words `name=number`. */
    static TrafficReport parse(String line) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String word : line.split(" ", -1)) {
            String[] parts = word.split("=", 2);
            if (parts.length == 2) {
                numbers.put(parts[0], Integer.parseInt(parts[1]));
            }
        }
        return new TrafficReport(
                number(numbers, "tcp"),
                number(numbers, "tcpAlive"),
                number(numbers, "tcpStall"),
                number(numbers, "udp"),
                number(numbers, "udpAlive"),
                number(numbers, "udpStall"));
    }

    private static int number(Map<String, Integer> numbers, String name) {
        Integer number = numbers.get(name);
        if (number == null) {
            throw new LabException("the client did not say " + name + ": " + numbers);
        }
        return number;
    }

    /** Whether every flow lives. */
    public boolean whole() {
        return tcpAlive == tcp && udpAlive == udp;
    }

    @Override
    public String toString() {
        return "TCP %d of %d alive, longest stall %d ms; UDP %d of %d alive, longest stall %d ms"
                .formatted(tcpAlive, tcp, tcpStallMillis, udpAlive, udp, udpStallMillis);
    }
}
