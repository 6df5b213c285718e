package org.conntwin.it.containers;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.conntwin.it.lab.LabException;

/** What keeps the flows of a firewall in its peers: one kind for all firewalls of a lab. Not thread-safe. */
public sealed interface Replicator permits ConntwinReplicator, ConntrackdReplicator {

    /**
     * The kind with a name.
     *
     * @param deploy the folder of the shipped examples
     * @throws LabException when there is none of that name
     */
    static Replicator named(String name, Path deploy) {
        return switch (name) {
            case "conntwin" -> new ConntwinReplicator(new Examples(deploy));
            case "conntrackd" -> new ConntrackdReplicator();
            default -> throw new LabException("firewalls run conntwin or conntrackd, not " + name);
        };
    }

    /** Its name, also of its figures. */
    String name();

    /** The image of its firewalls. */
    String image();

    /** Whether it runs beside conntwin for comparison: then what becomes of flows is told, and fails nothing. */
    boolean isCompared();

    /** Why there can be two firewalls and no third; empty when there can. */
    Optional<String> onlyPairs();

    /** Writes its files, with the program that starts it as `/lab/replicator.sh`. */
    void configure(LabContainer container, Site site);

    /**
     * keepalived's configuration for it.
     *
     * @param example the shipped one, with the lab's names and addresses
     */
    String keepalived(String example);

    /** What it knows of the firewall's role, once it has done what belongs to it: active, backup, or anything else. */
    String role(LabContainer container);

    /** Whether it thinks that its copy is complete and its peers are heard; empty when it cannot tell. */
    Optional<Boolean> trusted(LabContainer container);

    /** Whether a backup has a copy of every flow and expectation of the active one. */
    boolean hasCopy(LabContainer backup, LabContainer active);

    /** How often it was told that a master had kept its addresses against another; empty when nobody tells it. */
    OptionalLong comebacks(LabContainer container);

    /** Its last commit, in words. */
    String lastCommit(LabContainer container);

    /** A script for a shell that prints what it has to say of itself, for a failed test. */
    String diagnosis();
}
