package org.conntwin.it.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.conntwin.it.lab.CommandResult;
import org.conntwin.it.lab.LabException;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** A container of the lab, with addresses on some of its networks. Not thread-safe. */
public final class LabContainer implements AutoCloseable {
    private final GenericContainer<?> container;
    private final Map<Link, Network> networks;
    private final DockerClient engine;
    private boolean paused;

    private LabContainer(GenericContainer<?> container, Map<Link, Network> networks) {
        this.container = container;
        this.networks = networks;
        this.engine = container.getDockerClient();
    }

    /**
     * Starts one with the programs of the lab in its folder `/lab`.
     *
     * @param image what it is made from
     * @param name for messages, and the host name
     * @param networks all of the lab
     * @param links those that it is connected to, the first one first
     * @param words its first process
     */
    @SuppressWarnings("resource") // closed with the lab container
    public static LabContainer start(
            String image, String name, Map<Link, Network> networks, List<Link> links, String... words) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withLabel(ContainerEngine.LABEL, name)
                .withNetwork(network(networks, links.getFirst()))
                .withTmpFs(Map.of("/run", "rw,exec"))
                .withCommand(words)
                .withStartupTimeout(Duration.ofSeconds(60))
                .withCreateContainerCmdModifier(command -> {
                    command.withHostName(name);
                    HostConfig host = Objects.requireNonNull(command.getHostConfig(), "Testcontainers sets one");
                    host.withInit(true)
                            .withCapAdd(Capability.NET_ADMIN, Capability.NET_RAW)
                            .withSysctls(Map.of(
                                    "net.ipv4.ip_forward", "1",
                                    "net.netfilter.nf_conntrack_tcp_loose", "0",
                                    "net.ipv4.conf.all.rp_filter", "0",
                                    "net.ipv4.conf.default.rp_filter", "0"));
                });
        for (String program : List.of("firewall.sh", "traffic.py", "policy.nft")) {
            container.withCopyToContainer(
                    Transferable.of(Resources.text(program), FileMode.EXECUTABLE), "/lab/" + program);
        }
        container.start();
        LabContainer started = new LabContainer(container, networks);
        for (Link link : links.subList(1, links.size())) {
            started.connect(link);
        }
        return started;
    }

    private static Network network(Map<Link, Network> networks, Link link) {
        return Objects.requireNonNull(networks.get(link), "the lab has all networks");
    }

    /** Runs a command in it, to its end. */
    public CommandResult run(String... words) {
        long start = System.nanoTime();
        try {
            Container.ExecResult result = container.execInContainer(words);
            return new CommandResult(
                    result.getExitCode(), result.getStdout(), result.getStderr(), (System.nanoTime() - start) / 1e9);
        } catch (IOException e) {
            throw new LabException("cannot run " + String.join(" ", words), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + words[0], e);
        }
    }

    /** The same, and it has to exit with 0. @return what it printed, without white space around */
    public String exec(String... words) {
        return run(words).orThrow(String.join(" ", words)).stdout().strip();
    }

    /** A script for a shell that has to exit with 0. @return what it printed */
    public String shell(String script) {
        return exec("sh", "-c", script);
    }

    /**
     * Writes a file into it.
     *
     * @param mode as for chmod
     */
    public void write(String path, String text, int mode) {
        container.copyFileToContainer(Transferable.of(text, mode), path);
    }

    /** Reads a file of it. */
    public String read(String path) {
        return exec("cat", path);
    }

    /** The name that its interface on a network has now; it changes with each start, so it is found by hardware address. */
    public String device(Link link) {
        Map<String, ContainerNetwork> connected = engine.inspectContainerCmd(container.getContainerId())
                .exec()
                .getNetworkSettings()
                .getNetworks();
        String id = network(networks, link).getId();
        String address = connected.values().stream()
                .filter(network -> id.equals(network.getNetworkID()))
                .map(ContainerNetwork::getMacAddress)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new LabException("not connected to " + link));
        return exec("ip", "-o", "link")
                .lines()
                .filter(line -> line.contains(address))
                .map(line -> line.replaceAll("^\\d+: ([^@:]+).*", "$1"))
                .findFirst()
                .orElseThrow(() -> new LabException("no interface with " + address));
    }

    /** Gives it an address of the lab. @return the interface */
    public String address(Link link, int host) {
        String device = device(link);
        exec("ip", "address", "replace", link.address(host) + "/24", "dev", device);
        return device;
    }

    /** Plugs it into a network. */
    public void connect(Link link) {
        engine.connectToNetworkCmd()
                .withNetworkId(network(networks, link).getId())
                .withContainerId(container.getContainerId())
                .exec();
    }

    /** Pulls it out of a network: its interface is gone. */
    public void disconnect(Link link) {
        engine.disconnectFromNetworkCmd()
                .withNetworkId(network(networks, link).getId())
                .withContainerId(container.getContainerId())
                .exec();
    }

    /** Ends all that runs in it, without warning; its network is gone with them. */
    public void kill() {
        engine.killContainerCmd(container.getContainerId()).exec();
    }

    /** Asks its first process to end, and waits, 20 s at most. */
    public void stop() {
        engine.stopContainerCmd(container.getContainerId()).withTimeout(20).exec();
    }

    /** Starts it again after its end: the same files but for `/run`, a network anew. */
    public void startAgain() {
        engine.startContainerCmd(container.getContainerId()).exec();
    }

    /** Stops its processes in their tracks; its kernel goes on. */
    public void pause() {
        engine.pauseContainerCmd(container.getContainerId()).exec();
        paused = true;
    }

    /** Lets them go on. */
    public void unpause() {
        engine.unpauseContainerCmd(container.getContainerId()).exec();
        paused = false;
    }

    /** Whether its first process runs; paused counts. */
    public boolean isRunning() {
        return container.isRunning();
    }

    /** Whether it has been paused and not let go on. */
    public boolean isPaused() {
        return paused;
    }

    /** The links that it is connected to now. */
    public List<Link> links() {
        Map<String, ContainerNetwork> connected = engine.inspectContainerCmd(container.getContainerId())
                .exec()
                .getNetworkSettings()
                .getNetworks();
        List<Link> links = new ArrayList<>();
        for (Link link : Link.values()) {
            String id = network(networks, link).getId();
            if (connected.values().stream().anyMatch(network -> id.equals(network.getNetworkID()))) {
                links.add(link);
            }
        }
        return links;
    }

    @Override
    public void close() {
        if (paused) {
            unpause();
        }
        container.stop();
    }
}
