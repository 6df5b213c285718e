package org.conntwin.node.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.conntwin.node.fake.Flows;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Tuple;

/** Flows that live between end hosts, whatever the firewalls know of them. */
final class Traffic {
    private static final int FLOWS_MOST = 300;

    private final Random random;
    private final Map<Integer, Integer> marks = new TreeMap<>();
    /** The keys of the marks, ascending: one of them is drawn for every packet. */
    private final List<Integer> numbers = new ArrayList<>();

    private int next = 1;
    private int lost;

    Traffic(Random random) {
        this.random = random;
    }

    /** Packets of some flows pass the firewall: flows begin, change and end. */
    void pass(SimulatedNode firewall, int packets) {
        for (int packet = 0; packet < packets; packet++) {
            int choice = random.nextInt(10);
            if (marks.isEmpty() || (choice < 4 && marks.size() < FLOWS_MOST)) {
                int number = next++;
                marks.put(number, 0);
                numbers.add(number);
                firewall.packet(Flows.flow(number, 0));
            } else {
                int number = numbers.get(random.nextInt(numbers.size()));
                if (choice < 8) {
                    change(firewall, number);
                } else {
                    end(firewall, number);
                }
            }
        }
    }

    private void change(SimulatedNode firewall, int number) {
        if (!survives(firewall, number)) {
            return;
        }
        int mark = random.nextInt(1, 1_000_000);
        marks.put(number, mark);
        firewall.packet(Flows.flow(number, mark));
    }

    private void end(SimulatedNode firewall, int number) {
        if (survives(firewall, number)) {
            gone(number);
            firewall.end(Flows.flow(number));
        }
    }

    private void gone(int number) {
        marks.remove(number);
        int index = Collections.binarySearch(numbers, number);
        numbers.subList(index, index + 1).clear();
    }

    /** A firewall that does not know the flow drops its packets, and the flow dies. */
    private boolean survives(SimulatedNode firewall, int number) {
        if (firewall.table.entry(Flows.tuple(number)) == null) {
            gone(number);
            lost++;
            return false;
        }
        return true;
    }

    /** A packet of every flow. */
    void touchAll(SimulatedNode firewall) {
        for (int number : List.copyOf(numbers)) {
            change(firewall, number);
        }
    }

    /** Flows that ended elsewhere, or died, time out for want of packets. */
    void timeOut(SimulatedNode firewall) {
        Set<Tuple> alive = alive().stream().map(Conntrack::original).collect(Collectors.toSet());
        List<Conntrack> idle = new ArrayList<>();
        firewall.table.dump(entry -> {
            if (!alive.contains(entry.original())) {
                idle.add(entry);
            }
        });
        idle.forEach(firewall::end);
    }

    int lost() {
        return lost;
    }

    /** The flows that live, as their firewall knows them. */
    List<Conntrack> alive() {
        List<Conntrack> alive = new ArrayList<>();
        marks.forEach((number, mark) -> alive.add(Flows.flow(number, mark)));
        return alive;
    }
}
