package org.conntwin.node;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.conntwin.node.channel.ChannelException;
import org.conntwin.node.config.KeyFileException;
import org.conntwin.node.config.NodeConfig;
import org.conntwin.node.control.ControlException;
import org.conntwin.node.ha.HaException;
import org.conntwin.node.http.HttpException;
import org.conntwin.node.service.LivingThreads;
import org.conntwin.node.service.ServiceNotice;
import org.conntwin.node.service.Watchdog;
import org.conntwin.tracker.table.TableException;

/** A node as a process in the foreground: starts it, waits for the word to stop, stops it cleanly. */
public final class Node {
    private static final System.Logger LOG = System.getLogger(Node.class.getName());

    private Node() {}

    /**
     * Runs until SIGTERM, SIGINT or {@code conntwin stop}. Prints {@code READY NAME} once the table is read, the
     * cluster joined and the control socket open; anything wrong before that is one line on stderr.
     *
     * @return 0 after a clean stop, 1 when the node cannot run
     */
    public static int run(NodeConfig config) {
        return run(config, Surroundings.NONE);
    }

    /**
     * The same for who has something to do with the node while it runs, for instance packets for its table.
     */
    public static int run(NodeConfig config, Surroundings surroundings) {
        Logs.toStderr();
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread onSignal = Thread.ofPlatform().name("stop-signal").unstarted(() -> stopOnSignal(stop, stopped));
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (RunningNode node = RunningNode.start(config, surroundings, stop::countDown)) {
            surroundings.ready(node);
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            out.println("READY " + config.node());
            ServiceNotice manager =
                    ServiceNotice.of(System.getenv(), ProcessHandle.current().pid());
            manager.ready(node.summary());
            try (Watchdog _ = Watchdog.start(manager, LivingThreads.ofNode(), node::summary)) {
                stop.await();
            }
            manager.stopping();
            LOG.log(System.Logger.Level.INFO, "stopping {0}", node);
            return 0;
        } catch (ChannelException
                | ControlException
                | HttpException
                | KeyFileException
                | TableException
                | HaException refused) {
            System.err.println("conntwin: " + refused.getMessage());
            return 1;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            stopped.countDown();
        }
    }

    /** A stop by signal is a clean one: it ends with 0, not with the signal's code. */
    private static void stopOnSignal(CountDownLatch stop, CountDownLatch stopped) {
        boolean running = stopped.getCount() > 0;
        stop.countDown();
        if (running) {
            try {
                stopped.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(0);
        }
    }
}
