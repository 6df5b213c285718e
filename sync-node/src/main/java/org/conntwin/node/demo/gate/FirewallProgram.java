package org.conntwin.node.demo.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.conntwin.node.Node;
import org.conntwin.node.RunningNode;
import org.conntwin.node.Surroundings;
import org.conntwin.node.channel.SyncChannel;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.demo.stage.DemoException;
import org.conntwin.tracker.table.TableException;
import org.conntwin.tracker.table.TableListener;
import org.jspecify.annotations.Nullable;

/**
 * A firewall of the demo: a node, and a gate that its packets go through. It prints {@code GATE INSIDE OUTSIDE}, its two
 * ports, then the node's READY line, and answers commands on standard input, a line each: {@code counts}, {@code cut} (the
 * way to its peers), {@code watch ADDRESS PORT} and {@code events} (of the watched flow, up to a line END). It ends when
 * standard input does, so it never outlives the demo.
 */
public final class FirewallProgram implements Surroundings {
    private final int clientPort;
    private final int serverPort;
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private @Nullable CutLink link;
    private @Nullable EventWatch watch;
    private @Nullable PacketGate gate;

    private FirewallProgram(int clientPort, int serverPort) {
        this.clientPort = clientPort;
        this.serverPort = serverPort;
    }

    /**
     * Runs it in the foreground.
     *
     * @param config of the node, with the userspace table
     * @param clientPort UDP port on loopback where the packets of the inside come from and go to
     * @param serverPort the same of the outside
     * @return the process's exit code
     */
    public static int run(NodeConfig config, int clientPort, int serverPort) {
        FirewallProgram program = new FirewallProgram(clientPort, serverPort);
        int code = Node.run(config, program);
        PacketGate opened = program.gate;
        if (opened != null) {
            opened.close();
        }
        return code;
    }

    @Override
    public SyncChannel channel(SyncChannel own) {
        CutLink between = new CutLink(own);
        link = between;
        return between;
    }

    @Override
    public TableListener listener(TableListener own) {
        EventWatch between = new EventWatch(own);
        watch = between;
        return between;
    }

    @Override
    public void ready(RunningNode node) {
        try {
            PacketGate opened = PacketGate.open(
                    node.userspaceTable().orElseThrow(() -> new TableException("set `table: userspace`")),
                    clientPort,
                    serverPort);
            gate = opened;
            out.println("GATE " + opened.insidePort() + " " + opened.outsidePort());
            Thread.ofPlatform().daemon().name("commands").start(() -> answer(opened));
        } catch (DemoException e) {
            throw new TableException(String.valueOf(e.getMessage()));
        }
    }

    private void answer(PacketGate opened) {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = input.readLine();
            while (line != null) {
                answer(line.split(" ", -1), opened);
                line = input.readLine();
            }
            System.exit(0);
        } catch (IOException e) {
            System.exit(1);
        }
    }

    private void answer(String[] words, PacketGate opened) {
        CutLink way = link;
        EventWatch events = watch;
        if (words[0].equals("counts")) {
            out.println(opened.counts().line());
        } else if (words[0].equals("cut") && way != null) {
            way.cut();
            out.println("OK");
        } else if (words[0].equals("watch") && words.length == 3 && events != null) {
            events.watch(words[1], Integer.parseInt(words[2]));
            out.println("OK");
        } else if (words[0].equals("events") && events != null) {
            events.lines().forEach(out::println);
            out.println("END");
        } else {
            out.println("unknown command");
        }
    }
}
