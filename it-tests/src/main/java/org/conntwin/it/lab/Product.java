package org.conntwin.it.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The product as this build made it: how to start it as a process.
 *
 * @param launcher the script that users start
 * @param lib the folder of jars that the launcher runs from
 */
public record Product(Path launcher, Path lib) {
    private static final String MAIN = "org.conntwin.node.cli.Main";

    /** Finds it beside this module: in the folders given by the build, or from the working directory upwards. */
    public static Product ofThisBuild() {
        Path deploy = Path.of(System.getProperty("conntwin.deploy", "deploy")).toAbsolutePath();
        for (Path at = Path.of("").toAbsolutePath(); at != null && !Files.isDirectory(deploy); at = at.getParent()) {
            deploy = at.resolve("deploy");
        }
        Product product = new Product(deploy.resolve("conntwin"), deploy.resolve("target/lib"));
        if (!Files.isDirectory(product.lib)) {
            throw new LabException("nothing built in " + product.lib + ": run mvn package first");
        }
        return product;
    }

    /** The words that start the product with these arguments, with the launcher's settings but without its checks. */
    public List<String> command(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                lib + "/*",
                MAIN));
        words.addAll(arguments);
        return words;
    }
}
