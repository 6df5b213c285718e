package org.conntwin.tracker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Asks the C compiler what the machine's kernel headers say. */
public final class HeaderProbe {
    private HeaderProbe() {}

    /** The {@code int} constants of a class by name, private ones left out. */
    public static Map<String, Integer> constants(Class<?> type) throws IllegalAccessException {
        Map<String, Integer> values = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            int modifiers = field.getModifiers();
            if (field.getType() == int.class && Modifier.isStatic(modifiers) && !Modifier.isPrivate(modifiers)) {
                field.setAccessible(true);
                values.put(field.getName(), field.getInt(null));
            }
        }
        assertThat(values).isNotEmpty();
        return values;
    }

    /**
     * The values of C expressions, by the names given to them.
     *
     * @param headers to include, in order
     */
    public static Map<String, Integer> values(Map<String, String> expressions, String... headers) throws IOException {
        Commands.Result result = compileAndRun(expressions, headers);
        assertThat(result.code()).as(result.output()).isZero();
        Map<String, Integer> values = new TreeMap<>();
        result.output().lines().forEach(line -> {
            String[] words = line.split(" ", 2);
            values.put(words[0], Integer.parseInt(words[1]));
        });
        return values;
    }

    /** Whether the headers know the expression at all. */
    public static boolean knows(String expression, String... headers) throws IOException {
        return compileAndRun(Map.of("it", expression), headers).code() == 0;
    }

    private static Commands.Result compileAndRun(Map<String, String> expressions, String... headers)
            throws IOException {
        Needs.met(
                Commands.run("gcc", "--version").code() == 0,
                "needs gcc to read the kernel headers: install gcc and linux-libc-dev");
        Needs.met(
                Files.exists(Path.of("/usr/include/linux/netfilter/nfnetlink_conntrack.h")),
                "needs the kernel headers in /usr/include/linux: install linux-libc-dev");
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n#include <stddef.h>\n");
        Arrays.stream(headers)
                .forEach(header -> source.append("#include <").append(header).append(">\n"));
        source.append("int main(void) {\n");
        expressions.forEach((name, expression) -> source.append("printf(\"")
                .append(name)
                .append(" %d\\n\", (int) (")
                .append(expression)
                .append("));\n"));
        source.append("return 0; }\n");
        Path folder = Files.createTempDirectory("header-probe");
        try {
            Path program = folder.resolve("probe.c");
            Files.writeString(program, source);
            Path binary = folder.resolve("probe");
            Commands.Result compiled = Commands.run("gcc", "-o", binary.toString(), program.toString());
            return compiled.code() == 0 ? Commands.run(binary.toString()) : compiled;
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
