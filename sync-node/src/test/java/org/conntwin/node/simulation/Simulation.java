package org.conntwin.node.simulation;

import static org.conntwin.node.simulation.SimulatedTime.MILLI;
import static org.conntwin.node.simulation.SimulatedTime.SECOND;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.conntwin.node.fake.Contents;
import org.conntwin.node.fake.FakeTable;
import org.conntwin.node.fake.Known;
import org.conntwin.tracker.model.Conntrack;

/**
 * One life of a cluster, told by a seed: two or three firewalls, of which one has the addresses, traffic through it, faults
 * one upon the other, and then a calm in which everything must come right.
 */
final class Simulation {
    private static final long STORM = 40 * SECOND;
    private static final long NOTICE = SECOND;
    private static final long HOUR = 3_600 * SECOND;

    private final SimulatedTime time;
    private final Random random;
    private final SimulatedNetwork network;
    private final Traffic traffic;
    private final Map<String, SimulatedNode> nodes = new TreeMap<>();
    private final List<String> story = new ArrayList<>();
    private String holder = "fw1";
    private final int count;
    private final int members;
    private boolean calm;
    private boolean silent;

    private Simulation(long seed, boolean elects) {
        time = new SimulatedTime(seed);
        count = elects ? 3 + 2 * (int) (seed % 2) : 2 + (int) (seed % 2);
        members = elects ? count : 0;
        random = time.random();
        network = new SimulatedNetwork(time);
        traffic = new Traffic(random);
    }

    /**
     * Lives through it.
     *
     * @param elects whether the nodes elect their active one; an HA manager tells them otherwise
     * @return what happened, a line each; the same for the same seed
     * @throws AssertionError with what happened, when it did not end well
     */
    static List<String> live(long seed, boolean elects) {
        Simulation simulation = new Simulation(seed, elects);
        try {
            simulation.storm();
            simulation.calm();
            simulation.agree();
            return simulation.story;
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "seed " + seed + ": " + failure.getMessage() + "\n" + String.join("\n", simulation.story), failure);
        }
    }

    private void tell(String what, Object... about) {
        story.add(String.format(Locale.ROOT, "%9.3f  ", time.now() / 1e9) + MessageFormat.format(what, about));
    }

    private SimulatedNode holder() {
        return Known.in(nodes, holder);
    }

    private void storm() {
        for (int number = 1; number <= count; number++) {
            start("fw" + number, new FakeTable());
        }
        time.run(2 * SECOND);
        holder().roles.active();
        packets();
        fault();
        if (members > 0) {
            watch();
        }
        time.run(STORM);
    }

    private void start(String name, FakeTable table) {
        tell("{0} starts, {1} entries in its table", name, table.count());
        nodes.put(name, new SimulatedNode(time, network, name, table, incarnation(), members));
    }

    /** The wall clock in milliseconds, which someone may have set by up to an hour. */
    private long incarnation() {
        long step = random.nextInt(4) == 0 ? random.nextLong(-HOUR, HOUR) : 0;
        return (2 * HOUR + time.now() + step) / MILLI;
    }

    /** Never two at once: one that was frozen may need a moment to see what happened. The addresses follow. */
    private void watch() {
        List<SimulatedNode> active = nodes.values().stream()
                .filter(node -> node.active() && node.process.runs() && node.process.awakeFor(300 * MILLI))
                .toList();
        require(active.size() < 2, "{0} nodes are active at once", active.size());
        if (!active.isEmpty() && !active.getFirst().name.equals(holder)) {
            tell("{0} is active by election, {1} had the addresses", active.getFirst().name, holder);
            holder = active.getFirst().name;
        }
        time.after(10 * MILLI, this::watch);
    }

    private void packets() {
        if (silent) {
            return;
        }
        traffic.pass(holder(), random.nextInt(20));
        time.between(MILLI, 200 * MILLI, this::packets);
    }

    private void fault() {
        if (calm) {
            return;
        }
        List<SimulatedNode> running = running();
        if (running.isEmpty()) {
            time.between(100 * MILLI, 3 * SECOND, this::fault);
            return;
        }
        SimulatedNode node = running.get(random.nextInt(running.size()));
        boolean others = running.size() > 1;
        switch (random.nextInt(15)) {
            case 0, 1 -> badLink();
            case 2 -> network.quality(0, 0, 2 * MILLI);
            case 3 -> cutOff(node);
            case 4 -> oneWay(node);
            case 5, 13, 14 -> {
                tell("all links whole");
                network.heal();
            }
            case 6 -> freeze(node, others);
            case 7 -> kill(node, others);
            case 8 -> powerOff(node, others);
            case 9 -> overrun();
            case 10 -> switchOver();
            case 11 -> node.replication.bulk();
            default -> node.replication.request();
        }
        time.between(100 * MILLI, 3 * SECOND, this::fault);
    }

    private List<SimulatedNode> running() {
        return nodes.values().stream().filter(node -> node.process.runs()).toList();
    }

    private void badLink() {
        double loss = random.nextDouble(0.3);
        long slowest = random.nextLong(2 * MILLI, 100 * MILLI);
        tell("the network loses {0} %, up to {1} ms under way", Math.round(loss * 100), slowest / MILLI);
        network.quality(loss, random.nextDouble(0.1), slowest);
    }

    private void cutOff(SimulatedNode node) {
        tell("{0} is cut off from its peers", node.name);
        for (String other : nodes.keySet()) {
            if (!other.equals(node.name)) {
                network.cut(node.name, other);
                network.cut(other, node.name);
            }
        }
    }

    private void oneWay(SimulatedNode node) {
        for (String other : nodes.keySet()) {
            if (!other.equals(node.name)) {
                tell("{0} is no longer heard by {1}", node.name, other);
                network.cut(node.name, other);
                return;
            }
        }
    }

    private void freeze(SimulatedNode node, boolean others) {
        if (!others) {
            return;
        }
        long nanos = random.nextLong(100 * MILLI, 6 * SECOND);
        tell("{0} is frozen for {1} ms", node.name, nanos / MILLI);
        node.freeze();
        network.changed();
        if (node.name.equals(holder) && nanos > NOTICE) {
            time.after(NOTICE, () -> moveFrom(node.name));
        }
        time.after(nanos, () -> {
            if (!node.process.dead()) {
                tell("{0} goes on", node.name);
                node.resume();
                network.changed();
            }
        });
    }

    /** The process is killed: the table stays, and so do the addresses, or not. */
    private void kill(SimulatedNode node, boolean others) {
        tell("{0} is killed", node.name);
        node.kill();
        network.changed();
        if (others && random.nextBoolean()) {
            time.after(NOTICE, () -> moveFrom(node.name));
        }
        time.between(200 * MILLI, 5 * SECOND, () -> startAgain(node.name, node.table));
    }

    private void powerOff(SimulatedNode node, boolean others) {
        if (!others) {
            return;
        }
        tell("{0} loses its power", node.name);
        node.kill();
        FakeTable empty = new FakeTable();
        nodes.put(node.name, new SimulatedNode(time, network, node.name, empty, incarnation(), members));
        Known.in(nodes, node.name).kill();
        network.changed();
        moveFrom(node.name);
        time.between(SECOND, 8 * SECOND, () -> startAgain(node.name, empty));
    }

    private void startAgain(String name, FakeTable table) {
        SimulatedNode before = nodes.get(name);
        if (before == null || !before.process.dead()) {
            return;
        }
        start(name, table);
        if (name.equals(holder) && members == 0) {
            time.between(10 * MILLI, SECOND, () -> orderActive(name));
        }
    }

    private void overrun() {
        SimulatedNode node = holder();
        if (node.process.runs()) {
            tell("{0} loses events", node.name);
            node.table.listen(Silence.INSTANCE);
            traffic.pass(node, random.nextInt(60));
            node.listen();
            node.overrun();
        }
    }

    private void switchOver() {
        SimulatedNode before = holder();
        moveFrom(holder);
        if (!before.name.equals(holder) && before.process.runs() && random.nextInt(3) > 0) {
            time.between(0, 500 * MILLI, () -> orderBackup(before.name));
        }
    }

    private void orderBackup(String name) {
        if (members > 0) {
            return;
        }
        SimulatedNode node = nodes.get(name);
        if (node != null && !name.equals(holder) && node.process.runs()) {
            tell("{0} is told to be backup", name);
            node.roles.backup();
        }
    }

    private void orderActive(String name) {
        SimulatedNode node = Known.in(nodes, name);
        if (name.equals(holder) && node.process.runs()) {
            tell("{0} is told to be active", name);
            node.roles.active();
        }
    }

    /** The addresses move: what the successor's twin had of the flows that live must live on. */
    private void moveFrom(String name) {
        if (!name.equals(holder) || members > 0) {
            return;
        }
        List<SimulatedNode> candidates =
                running().stream().filter(node -> !node.name.equals(holder)).toList();
        if (candidates.isEmpty()) {
            return;
        }
        SimulatedNode before = holder();
        SimulatedNode successor = candidates.get(random.nextInt(candidates.size()));
        List<Conntrack> known = traffic.alive().stream()
                .filter(flow -> successor.knows(before.name, flow))
                .toList();
        holder = successor.name;
        tell(
                "{0} takes over from {1}, with {2} of {3} flows",
                holder, name, known.size(), traffic.alive().size());
        successor.roles.active();
        for (Conntrack flow : known) {
            if (successor.table.entry(flow.original()) == null) {
                throw new AssertionError("the commit on " + holder + " left out " + flow.original());
            }
        }
    }

    /** Faults end, what is dead starts anew, and whoever has the addresses is told once more where it is not active. */
    private void calm() {
        tell("calm");
        calm = true;
        network.heal();
        network.quality(0, 0, 2 * MILLI);
        for (SimulatedNode node : List.copyOf(nodes.values())) {
            if (node.process.dead()) {
                start(node.name, node.table);
            } else if (!node.process.runs()) {
                node.resume();
            }
        }
        buryOne();
        network.changed();
        time.run(6 * SECOND);
        if (members > 0) {
            time.run(10 * SECOND);
        }
        if (nodes.values().stream().noneMatch(SimulatedNode::active) || (members == 0 && !holder().active())) {
            orderActive(holder);
        }
        comesRight();
        time.run(SimulatedNode.PURGE_AFTER.toNanos() * 2 + 6 * SECOND);
        comesRight();
        silent = true;
        time.run(2 * SECOND);
    }

    /** Of three, one may be gone for good: what it owned must not outlive the next takeover. */
    private void buryOne() {
        List<SimulatedNode> others = nodes.values().stream()
                .filter(node -> !node.name.equals(holder))
                .toList();
        if (others.size() < 2 || members > 0 || random.nextBoolean()) {
            return;
        }
        SimulatedNode gone = others.getFirst();
        tell("{0} is gone for good", gone.name);
        gone.kill();
        nodes.remove(gone.name);
        network.changed();
        time.run(4 * SECOND);
        moveFrom(holder);
        for (SimulatedNode node : nodes.values()) {
            time.after(SimulatedNode.PURGE_AFTER.toNanos() + 4 * SECOND, () -> {
                int left = Contents.of(node.twinOf(gone)).size();
                require(left == 0, "{0} has {1} records of {2}, which is gone", node.name, left, gone.name);
            });
        }
    }

    /** Every flow has a packet; those that the firewall does not know die; what no packet passes for times out. */
    private void comesRight() {
        traffic.touchAll(holder());
        nodes.values().forEach(traffic::timeOut);
    }

    private void agree() {
        SimulatedNode active = holder();
        for (SimulatedNode node : nodes.values()) {
            require(node.active() == node.name.equals(holder), "{0} is {1}", node.name, node.identity.standing());
        }
        for (Conntrack flow : traffic.alive()) {
            require(active.table.entry(flow.original()) != null, "{0} lacks {1}", holder, flow.original());
        }
        for (SimulatedNode origin : nodes.values()) {
            var known = Contents.of(origin.internal);
            int owned = known.size();
            int expected = origin.equals(active) ? traffic.alive().size() : 0;
            require(owned == expected, "{0} owns {1} flows, not {2}", origin.name, owned, expected);
            require(origin.table.count() == expected, "{0} has {1} entries", origin.name, origin.table.count());
            for (SimulatedNode other : nodes.values()) {
                if (!other.equals(origin)) {
                    var twin = Contents.of(other.twinOf(origin));
                    require(
                            twin.equals(known),
                            "{0}''s twin of {1} differs: {2} entries, not {3}",
                            other.name,
                            origin.name,
                            twin.size(),
                            owned);
                    require(other.replication.inParity(origin.name), "{0} does not know it", other.name);
                }
            }
        }
        tell("all agree on {0} flows; {1} were lost", traffic.alive().size(), traffic.lost());
    }

    private static void require(boolean holds, String otherwise, Object... about) {
        if (!holds) {
            throw new AssertionError(MessageFormat.format(otherwise, about));
        }
    }
}
