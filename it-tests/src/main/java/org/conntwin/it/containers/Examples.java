package org.conntwin.it.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.conntwin.it.lab.LabException;

/**
 * The configuration files that are shipped as examples, and how they are adapted.
 *
 * @param deploy their folder
 */
record Examples(Path deploy) {

    String text(String name) {
        try {
            return Files.readString(deploy.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts something else in all places. @throws LabException when there is none */
    static String replaced(String text, String example, String own) {
        if (!text.contains(example)) {
            throw new LabException("an example does not say " + example);
        }
        return text.replace(example, own);
    }

    /** The same for what a pattern finds; ^ and $ are a line's. */
    static String replacedAll(String text, String pattern, String own) {
        Matcher matcher =
                Pattern.compile(pattern, Pattern.MULTILINE | Pattern.DOTALL).matcher(text);
        if (!matcher.find()) {
            throw new LabException("an example has nothing like " + pattern);
        }
        return matcher.replaceAll(Matcher.quoteReplacement(own));
    }
}
