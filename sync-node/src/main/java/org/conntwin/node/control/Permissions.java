package org.conntwin.node.control;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;

/**
 * Decides by who a client is whether it may run a command. The kernel tells user and first group as they were when the
 * client connected (SO_PEERCRED, unix(7)), so nothing that it sends counts.
 *
 * <p>Further groups are not told. But while the socket's file is closed to others, whoever could connect without being
 * its owner or root is a member of its group, by the kernel's own check.
 */
final class Permissions {
    private static final Logger LOG = System.getLogger(Permissions.class.getName());
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private final Path socket;
    private final Access access;
    private final UserPrincipal owner;
    private final UserPrincipal root;
    private final @Nullable GroupPrincipal group;

    /**
     * Of a socket that is about to be made.
     *
     * @param own something that this process has just made, and nobody can have replaced
     * @throws IOException when there is no such group
     */
    Permissions(Path socket, Access access, Path own) throws IOException {
        UserPrincipalLookupService users = socket.getFileSystem().getUserPrincipalLookupService();
        this.socket = socket;
        this.access = access;
        this.owner = Files.getOwner(own, LinkOption.NOFOLLOW_LINKS);
        // By number: in a small container nobody may be called root.
        this.root = users.lookupPrincipalByName("0");
        this.group = access.group() == null ? null : users.lookupPrincipalByGroupName(access.group());
    }

    /** What the client is told when it may not run the command; null when it may. */
    @Nullable
    String refusal(Channel client, List<String> arguments) {
        UnixDomainPrincipal caller = caller(client);
        if (caller != null && (caller.user().equals(owner) || caller.user().equals(root))) {
            return null;
        }
        String name = caller == null ? "this user" : "user " + caller.user().getName();
        boolean member = caller != null && member(caller);
        if (member && access.reads().test(arguments)) {
            return null;
        }
        LOG.log(Level.WARNING, "control: {0} was refused", name);
        String who = "run the command as root" + (owner.equals(root) ? "" : " or as " + owner.getName());
        if (member) {
            return name + " may only read (status, stats, dump, verify, expect list, config show); " + who;
        }
        return name + " may not; " + who
                + (group == null
                        ? "; a group that control.group names may read"
                        : "; members of the group " + group.getName() + " (control.group) may read");
    }

    private static @Nullable UnixDomainPrincipal caller(Channel client) {
        return client.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    }

    private boolean member(UnixDomainPrincipal caller) {
        return group != null && (caller.group().equals(group) || closedToOthers());
    }

    private boolean closedToOthers() {
        try {
            PosixFileAttributes now =
                    Files.readAttributes(socket, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return now.group().equals(group) && now.permissions().stream().noneMatch(OTHERS::contains);
        } catch (IOException gone) {
            return false;
        }
    }
}
