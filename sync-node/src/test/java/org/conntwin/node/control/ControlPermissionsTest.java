package org.conntwin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.tracker.testing.Commands;
import org.conntwin.tracker.testing.Needs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users other than the node's own on the control socket; their requests come from processes that are really theirs. */
@Timeout(60)
final class ControlPermissionsTest {
    private static final String GROUP = "adm";
    private static final String GROUP_NUMBER = "4";
    private static final String NOBODY = "65534";
    /** Connects to the first argument, sends the others as one request, and prints what comes back. */
    private static final String CLIENT = """
            socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;
            connect($s, sockaddr_un(shift @ARGV)) or do { print "connect: $!"; exit 7; };
            my $request = "R" . join("\\0", @ARGV);
            syswrite($s, pack("N", length $request) . $request);
            while (sysread($s, my $piece, 65536)) { print $piece; }
            """;

    @TempDir
    private Path folder;

    private Path socket;

    @BeforeEach
    void open() throws Exception {
        Needs.met("0".equals(Commands.run("id", "-u").output().strip()), "needs root, to be somebody else");
        Needs.met(Commands.run("perl", "-MSocket", "-e", "1").code() == 0, "needs perl");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        socket = folder.resolve("c.sock");
    }

    private ControlServer server(Access access) throws ControlException {
        return ControlServer.open(socket, access, (arguments, _, output) -> {
            output.line("done " + arguments.getFirst());
            return 0;
        });
    }

    private static Access readers() {
        return new Access(GROUP, arguments -> arguments.getFirst().equals("status"));
    }

    /** A request of nobody, with a first group and perhaps another one. */
    private String ask(List<String> groups, String command) {
        List<String> call = new ArrayList<>(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + groups.getFirst()));
        call.add(groups.size() > 1 ? "--groups=" + groups.getLast() : "--clear-groups");
        call.addAll(List.of("perl", "-MSocket", "-e", CLIENT, socket.toString(), command, "active"));
        return Commands.run(call).output();
    }

    @Test
    void nobodyButItsOwnerGetsThroughToASocketWithoutAGroup() throws Exception {
        try (ControlServer server = server(Access.OWNER_ONLY)) {
            assertThat(ask(List.of(NOBODY), "status")).isEqualTo("connect: Permission denied");
            assertThat(server.drops()).containsEntry("not-permitted", 0L);
        }
    }

    @Test
    void whoGetsThroughAllTheSameIsRefusedAndCounted() throws Exception {
        try (ControlServer server = server(Access.OWNER_ONLY)) {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            String said = ask(List.of(NOBODY), "status");
            assertThat(said)
                    .contains(
                            "conntwin: user nobody may not; run the command as root; a group that control.group names may read")
                    .doesNotContain("done");
            assertThat(server.drops()).containsEntry("not-permitted", 1L);
            assertThat(new ControlCalls(folder).ask("status").code()).isZero();
        }
    }

    @Test
    void membersOfTheGroupMayReadAndNothingElse() throws Exception {
        try (ControlServer server = server(readers())) {
            PosixFileAttributes file = Files.readAttributes(socket, PosixFileAttributes.class);
            assertThat(PosixFilePermissions.toString(file.permissions())).isEqualTo("rw-rw----");
            assertThat(file.group().getName()).isEqualTo(GROUP);
            for (List<String> groups : List.of(List.of(GROUP_NUMBER), List.of(NOBODY, GROUP_NUMBER))) {
                assertThat(ask(groups, "status")).contains("done status");
                assertThat(ask(groups, "role"))
                        .contains("user nobody may only read (status, stats,")
                        .doesNotContain("done");
            }
            assertThat(server.drops()).containsEntry("not-permitted", 2L);
            assertThat(ask(List.of(NOBODY), "status")).isEqualTo("connect: Permission denied");
        }
    }

    @Test
    void aSocketThatIsOpenToAllLetsOnlyKnownMembersRead() throws Exception {
        try (ControlServer server = server(readers())) {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(ask(List.of(NOBODY), "status")).contains("user nobody may not");
            assertThat(ask(List.of(GROUP_NUMBER), "status")).contains("done status");
            assertThat(server.drops()).containsEntry("not-permitted", 1L);
        }
    }

    @Test
    void aGroupThatIsNoneIsNamed() {
        assertThatThrownBy(() -> server(new Access("no-such-group", _ -> true)))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("control.group no-such-group does not exist; make it with `groupadd");
        assertThat(folder).isEmptyDirectory();
    }
}
