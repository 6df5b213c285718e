package org.conntwin.node.demo.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.conntwin.node.demo.flow.FlowReport;

/**
 * One end of all flows: a selector loop on one thread that receives, paces what is sent, and answers commands, a line each on standard input:
 * {@code status}, {@code arm} (measure pauses; UDP clients fall silent), {@code mark} (takeover is done), {@code finish}, {@code report}. It ends when
 * standard input does, so it never outlives the demo.
 */
abstract class FlowAgent {
    private static final String END_OF_INPUT = "exit";
    private static final int MIN_PIECE = 64;
    private static final int MAX_PIECE = 448;
    private static final int COMMANDS = 16;

    private record Due(long atNanos, Flow flow) {}

    final Selector selector;
    final long seed;
    final List<Flow> flows = new ArrayList<>();
    final ByteBuffer scratch = ByteBuffer.allocateDirect(64 * 1024);
    private final PrintStream out;
    private final long intervalNanos;
    private final SplittableRandom random;
    private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> Long.signum(a.atNanos - b.atNanos));
    private final BlockingQueue<String> commands = new ArrayBlockingQueue<>(COMMANDS);
    private boolean measuring;

    /**
     * @param seed what bytes and pace derive from
     * @param intervalNanos mean time between two sends of one flow
     */
    FlowAgent(long seed, long intervalNanos, PrintStream out) throws IOException {
        this.seed = seed;
        this.intervalNanos = intervalNanos;
        this.out = out;
        selector = Selector.open();
        random = new SplittableRandom(seed);
    }

    /** Something can be done on a channel. */
    abstract void ready(SelectionKey key, long nowNanos) throws IOException;

    /** Called once in every round; opens what is still to be opened. */
    abstract void round(long nowNanos) throws IOException;

    /** Says one line to the demo. */
    final void say(String line) {
        out.println(line);
    }

    /** Sends over the flow from now on, at its pace. */
    final void pace(Flow flow, long nowNanos) {
        due.add(new Due(nowNanos + random.nextLong(intervalNanos) + 1, flow));
    }

    /** Adds a flow to those that are counted. */
    final void add(Flow flow) {
        if (measuring) {
            flow.progress().arm();
        }
        flows.add(flow);
    }

    /** Runs until standard input ends. */
    final void run() throws IOException {
        Thread reader = new Thread(this::readCommands, "commands");
        reader.setDaemon(true);
        reader.start();
        while (true) {
            Due next = due.peek();
            long waitMillis = next == null ? 20 : Math.clamp((next.atNanos - System.nanoTime()) / 1_000_000, 0, 20);
            if (waitMillis == 0) {
                selector.selectNow();
            } else {
                selector.select(waitMillis);
            }
            long now = System.nanoTime();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid()) {
                    ready(key, now);
                }
            }
            selector.selectedKeys().clear();
            round(now);
            sendDue(now);
            String command = commands.poll();
            if (command != null) {
                if (command.equals(END_OF_INPUT)) {
                    return;
                }
                answer(command, System.nanoTime());
            }
        }
    }

    private void sendDue(long now) {
        Due next = due.peek();
        while (next != null && next.atNanos <= now) {
            due.poll();
            Flow flow = next.flow;
            if (flow.state() == FlowReport.State.OPEN) {
                flow.send(scratch, random.nextInt(MIN_PIECE, MAX_PIECE), now);
                // Two thirds to four thirds of the interval: flows do not fall into step.
                due.add(new Due(now + intervalNanos * 2 / 3 + random.nextLong(intervalNanos * 2 / 3), flow));
            }
            next = due.peek();
        }
    }

    private void answer(String command, long now) {
        switch (command) {
            case "status" -> say(status().line());
            case "report" -> {
                flows.forEach(flow -> out.append(flow.report(now).line()).append('\n'));
                say("END");
            }
            default -> {
                if (command.equals("arm")) {
                    measuring = true;
                }
                flows.forEach(flow -> apply(command, flow, now));
                say("OK");
            }
        }
    }

    private static void apply(String command, Flow flow, long now) {
        switch (command) {
            case "arm" -> {
                flow.progress().arm();
                if (flow instanceof UdpFlow udp) {
                    udp.hush();
                }
            }
            case "mark" -> {
                if (flow instanceof UdpFlow udp) {
                    udp.mark();
                } else {
                    flow.progress().mark();
                }
            }
            case "finish" -> {
                if (flow instanceof TcpFlow tcp) {
                    tcp.finish(now);
                } else {
                    flow.progress().disarm(now);
                }
            }
            default -> throw new IllegalArgumentException("unknown command " + command);
        }
    }

    private AgentStatus status() {
        int moving = 0;
        int moved = 0;
        int closed = 0;
        int failed = 0;
        for (Flow flow : flows) {
            moving += flow.progress().received() > 0 ? 1 : 0;
            moved += flow.progress().movedSinceMark() && !flow.state().failed() ? 1 : 0;
            closed += flow.state() == FlowReport.State.CLOSED ? 1 : 0;
            failed += flow.state().failed() ? 1 : 0;
        }
        return new AgentStatus(flows.size(), moving, moved, closed, failed);
    }

    private void readCommands() {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = input.readLine();
            while (line != null) {
                commands.put(line);
                selector.wakeup();
                line = input.readLine();
            }
            commands.put(END_OF_INPUT);
            selector.wakeup();
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
