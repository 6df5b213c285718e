package org.conntwin.it.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts this module's own programs as processes of their own, which is how they get into a namespace. */
public final class Programs {
    private Programs() {}

    /** The words that run a main class of this module, with the product's jars at hand. */
    public static List<String> command(Product product, Class<?> main, String... arguments) {
        String own = Path.of(
                        main.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                own + ":" + product.lib() + "/*",
                main.getName()));
        words.addAll(List.of(arguments));
        return words;
    }
}
