package org.conntwin.it.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The product as this build made it: how to start it as a process.
 *
 * @param launcher the script that users start; it replaces itself by the product, so the process keeps its id
 * @param lib the folder of jars that the launcher runs from
 */
public record Product(Path launcher, Path lib) {

    /** Finds it beside this module: in the folder given by the build, or from the working directory upwards. */
    public static Product ofThisBuild() {
        Path deploy = Path.of(System.getProperty("conntwin.deploy", "deploy")).toAbsolutePath();
        for (Path at = Path.of("").toAbsolutePath(); at != null && !Files.isDirectory(deploy); at = at.getParent()) {
            deploy = at.resolve("deploy");
        }
        Product product = new Product(
                deploy.normalize().resolve("conntwin"), deploy.normalize().resolve("target/lib"));
        if (!Files.isDirectory(product.lib)) {
            throw new LabException("nothing built in " + product.lib + ": run mvn package first");
        }
        return product;
    }

    /** The words that start the product with these arguments. */
    public List<String> command(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(launcher.toString()));
        words.addAll(arguments);
        return words;
    }
}
