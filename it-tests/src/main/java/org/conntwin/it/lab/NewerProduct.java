package org.conntwin.it.lab;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * The product of a later version, for tests of upgrades: this build's, but for the protocol's module, which is compiled
 * anew with another schema. The sources of that are in `src/newer` beside this module's; each replaces a class of today,
 * which stays there under a name with `Todays` before it.
 */
public final class NewerProduct {
    private static final Set<String> REPLACED = Set.of("EntryCodec", "MessageCodec", "BatchWriter");

    private NewerProduct() {}

    /** Builds it into a directory, in a few seconds. */
    public static Product build(Product today, Path directory) {
        Path root = today.launcher().resolve("../..").normalize();
        Path protocol = root.resolve("sync-proto/src");
        try {
            Path sources = Files.createDirectories(directory.resolve("sources"));
            Path classes = Files.createDirectories(directory.resolve("classes"));
            List<Path> files = new ArrayList<>(copies(protocol.resolve("main/java"), sources));
            files.add(protocol.resolve("test/java/org/conntwin/proto/NewerSchema.java"));
            files.addAll(files(root.resolve("it-tests/src/newer/java"), ".java"));
            compile(files, classes, files(today.lib(), ".jar"));
            return new Product(launcher(today, directory, classes), today.lib());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    private static List<Path> copies(Path from, Path into) throws IOException {
        List<Path> copies = new ArrayList<>();
        for (Path file : files(from, ".java")) {
            String name = file.getFileName().toString().replace(".java", "");
            String text = Files.readString(file);
            boolean replaced = REPLACED.contains(name);
            String copied = replaced ? "Todays" + name : name;
            copies.add(Files.writeString(
                    into.resolve(copied + ".java"), replaced ? text.replaceAll("\\b" + name + "\\b", copied) : text));
        }
        return copies;
    }

    private static void compile(List<Path> files, Path classes, List<Path> jars) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            manager.setLocationFromPaths(StandardLocation.CLASS_PATH, jars);
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            boolean done = compiler.getTask(
                            said,
                            manager,
                            null,
                            List.of("-proc:none"),
                            null,
                            manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!done) {
                throw new LabException("the later version does not compile:\n" + said);
            }
        }
    }

    private static Path launcher(Product today, Path directory, Path classes) throws IOException {
        Path deploy = today.launcher().getParent();
        Path script = Files.writeString(directory.resolve("conntwin"), """
                        #!/usr/bin/env bash
                        set -euo pipefail
                        . '%1$s/jdk.bash'
                        java=$(find_java)
                        classpath='%2$s:%3$s/*' client_cache='' node_cache=''
                        . '%1$s/run.sh'
                        """.formatted(deploy, classes, today.lib()));
        if (!script.toFile().setExecutable(true)) {
            throw new LabException(script + " cannot be made executable");
        }
        return script;
    }
}
