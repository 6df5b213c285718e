package org.conntwin.it.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.conntwin.it.lab.Firewall;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.LabProcess;
import org.conntwin.it.lab.Namespace;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.it.lab.RoutedNetwork;
import org.conntwin.it.traffic.SurvivalProgram;

/**
 * Live flows through a pair: a client and a server, firewalls that translate, pass only what they know, and never answer a
 * packet that is not known. The first has the virtual addresses.
 */
final class FailoverRun {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ReplicatingPair pair;
    private final RoutedNetwork routed;
    private final LabProcess client;

    /**
     * Builds it, without flows.
     *
     * @param loss of the packets on the sync network that each firewall gets, in percent
     * @param millis a datagram on each UDP flow in so many
     */
    FailoverRun(ReplicatingPair pair, int loss, int millis) {
        this.pair = pair;
        this.routed = RoutedNetwork.around(pair.lab(), pair.network().firewalls());
        pair.network().firewalls().forEach(firewall -> firewall.namespace().ruleset(rules(loss)));
        routed.assignTo(firewall(1));
        LabProcess server = program("server", routed.server(), "server", Integer.toString(millis));
        client = program("client", routed.client(), "client", RoutedNetwork.SERVER);
        server.awaitLine("serving", SOON);
        client.awaitLine("ready", SOON);
    }

    private LabProcess program(String name, Namespace where, String... words) {
        return LabProcess.start(
                pair.lab(), name, where, Programs.command(Product.ofThisBuild(), SurvivalProgram.class, words));
    }

    private static String rules(int loss) {
        String lossy = loss == 0 ? "" : "iifname sync0 numgen random mod 100 < %d drop".formatted(loss);
        return """
                table inet firewall {
                  chain raw {
                    type filter hook prerouting priority raw;
                    %s
                    iifname sync0 notrack
                  }
                  chain out {
                    type filter hook output priority raw;
                    oifname sync0 notrack
                  }
                  chain forward {
                    type filter hook forward priority 0; policy drop;
                    ct state established,related accept
                    iifname lan0 ct state new accept
                  }
                  chain input {
                    type filter hook input priority 0;
                    iifname { lan0, wan0 } meta l4proto { tcp, udp } drop
                  }
                  chain translate {
                    type nat hook postrouting priority srcnat;
                    oifname wan0 snat ip to %s
                  }
                }
                """.formatted(lossy, RoutedNetwork.WAN_ADDRESS);
    }

    Firewall firewall(int number) {
        return pair.network().firewall(number);
    }

    /** Opens so many more flows and waits until each has heard something. */
    void open(int tcp, int udp) {
        ask("open " + tcp + " " + udp, "opened", SOON);
    }

    /** Gives the addresses of the first firewall to the second, as keepalived does before it tells anybody. */
    void moveAddresses() {
        routed.takeFrom(firewall(1));
        assignToBackup();
    }

    /** The first takes no packet of a flow any more. */
    void unplug() {
        firewall(1).namespace().ip("link set lan0 down");
        firewall(1).namespace().ip("link set wan0 down");
    }

    /** Gives the addresses to the second; a first one that cannot be reached keeps its own. */
    void assignToBackup() {
        routed.assignTo(firewall(2));
    }

    /** From now on is counted. */
    void mark() {
        ask("mark", "marked", SOON);
    }

    /** Flows of TCP and of UDP on which something came that was sent since the mark. */
    List<Integer> alive() {
        return Arrays.stream(ask("alive", "alive", SOON).split(" "))
                .skip(1)
                .map(Integer::valueOf)
                .toList();
    }

    /** When it came, for each such UDP flow, by this machine's monotonic clock. */
    List<Long> times() {
        return Arrays.stream(ask("times", "times", SOON).split(" "))
                .skip(1)
                .map(Long::valueOf)
                .toList();
    }

    private String ask(String command, String answer, Duration limit) {
        int before = client.stdout().size();
        client.say(command);
        Awaitility.await(command)
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> client.stdout().size() > before || !client.isAlive());
        List<String> said = client.stdout();
        if (said.size() <= before || !said.getLast().startsWith(answer)) {
            throw new LabException("the client ended, or said something else than " + answer + ":\n" + client.log());
        }
        return said.getLast();
    }

    /** Lets time pass. */
    static void rest(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
