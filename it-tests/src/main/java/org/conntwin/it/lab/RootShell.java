package org.conntwin.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * Root's shell on a machine of its own, as far as namespaces make one: with the network of a namespace, and its own
 * {@code /etc} (a copy) and {@code /run} (empty). What it is told changes nothing outside. {@code scp} to another such
 * shell's address copies the file there, as if an SSH server ran; {@code systemctl} starts, stops and restarts the node and
 * keepalived as their units do. Not thread-safe.
 */
public final class RootShell {
    private static final String MACHINE = """
            mkdir "$HOME/etc"
            mount -t tmpfs etc "$HOME/etc"
            cp -a /etc/. "$HOME/etc/"
            rm -rf "$HOME/etc/conntwin" "$HOME/etc/keepalived"
            mount --bind "$HOME/etc" /etc
            mount -t tmpfs -o mode=755 run /run
            exec bash
            """;

    /** {@code scp [-p] FILE... ADDRESS:FOLDER}; a shell's process leads to the files that it sees. */
    private static final String SCP = """
            #!/bin/sh -e
            [ "$1" != -p ] || shift
            for last; do :; done
            folder=/proc/$(cat "$LAB/${last%%:*}.pid")/root${last#*:}
            while [ $# -gt 1 ]; do cp -p "$1" "$folder"; shift; done
            """;

    /** {@code systemctl start|stop|restart UNIT...}: a unit is up, or gone, when it returns. */
    private static final String SYSTEMCTL = """
            #!/bin/sh -e
            stop_conntwin() {
              conntwin stop >/dev/null
              while [ -e /run/conntwin/control.sock ]; do sleep 0.1; done
            }
            start_conntwin() {
              setsid conntwin node --config /etc/conntwin/node.yaml </dev/null &
              until conntwin status >/dev/null 2>&1; do sleep 0.2; done
            }
            stop_keepalived() {
              kill "$(cat /run/keepalived.pid)"
              while [ -e /run/keepalived.pid ]; do sleep 0.1; done
            }
            start_keepalived() { keepalived; }
            verb=$1
            shift
            for unit; do
              case $verb in
                restart) "stop_$unit"; "start_$unit" ;;
                *) "${verb}_$unit" ;;
              esac
            done
            """;

    private final LabProcess process;
    private final Path folder;
    private int blocks;

    private RootShell(LabProcess process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /**
     * Starts one.
     *
     * @param address by which {@code scp} of others finds it
     * @param workingDirectory where its commands run
     */
    public static RootShell start(Lab lab, Namespace network, String name, String address, Path workingDirectory) {
        try {
            Path folder = Files.createDirectory(lab.directory().resolve(name + "-root"));
            Path programs = Files.createDirectories(lab.directory().resolve("bin"));
            program(programs.resolve("scp"), SCP);
            program(programs.resolve("systemctl"), SYSTEMCTL);
            LabProcess process = LabProcess.start(
                    lab,
                    "shell of " + name,
                    network,
                    List.of(
                            "env",
                            "-C",
                            workingDirectory.toString(),
                            "HOME=" + folder,
                            "LAB=" + lab.directory(),
                            "PATH=" + programs + ":" + System.getenv("PATH") + ":/usr/sbin:/sbin",
                            "unshare",
                            "--mount",
                            "--propagation",
                            "private",
                            "sh",
                            "-ec",
                            MACHINE));
            Files.writeString(lab.directory().resolve(address + ".pid"), Long.toString(process.pid()));
            RootShell shell = new RootShell(process, folder);
            shell.run(":", Duration.ofSeconds(20));
            return shell;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void program(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /**
     * Gives it commands and waits for their end.
     *
     * @return what they wrote to standard output
     * @throws LabException when one of them fails (but in a condition), or the limit passes
     */
    public String run(String commands, Duration limit) {
        String mark = "== end of block " + ++blocks + " ==";
        Path script = folder.resolve("block-" + blocks);
        try {
            Files.writeString(script, commands);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int before = process.stdout().size();
        process.say("trap 'echo \"failed: $BASH_COMMAND\"' ERR");
        process.say(". " + script + " </dev/null");
        process.say("trap - ERR");
        process.say("echo; echo '" + mark + "'");
        try {
            process.awaitLine(mark, limit);
        } catch (LabException e) {
            throw new LabException(process + " did not come to the end of:\n" + commands + said(before), e);
        }
        String said = said(before);
        if (said.contains("\nfailed: ")) {
            throw new LabException(process + " failed at:\n" + commands + said);
        }
        return said;
    }

    private String said(int before) {
        List<String> all = process.stdout();
        return "\n" + String.join("\n", all.subList(before, all.size())) + "\n" + process.log();
    }
}
