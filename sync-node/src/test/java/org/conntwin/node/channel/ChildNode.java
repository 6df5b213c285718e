package org.conntwin.node.channel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, to be killed and frozen. Prints {@code READY}, then waits for the end of its input. */
final class ChildNode implements AutoCloseable {
    private final Process process;

    private ChildNode(Process process) {
        this.process = process;
    }

    /** Starts one and waits until it is connected. */
    static ChildNode start(Transport transport, String name, String host, int port) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildNode.class.getName(),
                        transport.name(),
                        name,
                        host,
                        Integer.toString(port))
                .redirectErrorStream(true)
                .start();
        ChildNode child = new ChildNode(process);
        while (true) {
            String line = process.inputReader().readLine();
            if (line == null) {
                child.close();
                throw new IOException("the child ended before it was ready");
            }
            if (line.equals("READY")) {
                return child;
            }
            System.out.println(name + "| " + line);
        }
    }

    /** Sends a signal by name: KILL, STOP, CONT. */
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " failed: " + status);
        }
    }

    /** Waits for its end after a KILL. */
    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] arguments) throws Exception {
        TestNode node = new TestNode(TestNode.of(
                Transport.valueOf(arguments[0]),
                arguments[1],
                arguments[2],
                Integer.parseInt(arguments[3]),
                Optional.of(TestNode.KEY)));
        node.connect();
        System.out.println("READY");
        while (System.in.read() >= 0) {
            byte[] answer = ("received " + node.received).getBytes(StandardCharsets.UTF_8);
            node.channel.multicast(answer, 0, answer.length, Delivery.RELIABLE);
        }
        System.exit(0);
    }
}
