package org.conntwin.it.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts this module's own programs as processes of their own, which is how they get into a namespace. */
public final class Programs {
    /** The system property of options for the JVMs of all programs, separated by spaces. */
    private static final String OPTIONS = "conntwin.programs.jvm";

    private Programs() {}

    /** The words that run a main class of this module, with the product's jars at hand. */
    public static List<String> command(Product product, Class<?> main, String... arguments) {
        String own = Path.of(
                        main.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
        words.addAll(options());
        words.addAll(List.of("-cp", own + ":" + product.lib() + "/*", main.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    private static List<String> options() {
        String all = System.getProperty(OPTIONS, "").strip();
        return all.isEmpty() ? List.of() : List.of(all.split(" +"));
    }
}
