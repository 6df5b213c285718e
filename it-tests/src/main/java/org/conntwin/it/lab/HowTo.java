package org.conntwin.it.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of a page in Markdown for two firewalls, in their order. A block of commands is fenced as {@code sh}, and the
 * paragraph above it begins with the place where they are to be given: {@code On fw1}, {@code On fw2} or {@code On both}.
 *
 * @param steps every block, at least one
 */
public record HowTo(List<Step> steps) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^([^\\n]*)\\n(?: *\\n)?( *)```sh\\n(.*?)^ *```$");

    private static final Pattern PLACE = Pattern.compile("^ *On (fw1|fw2|both)\\b.*:$");

    /**
     * Commands for one place.
     *
     * @param firewalls by number, 1, 2 or both in this order
     * @param commands lines for a shell, as written but for the page's indentation
     */
    public record Step(List<Integer> firewalls, String commands) {
        /** Copies the list. */
        public Step {
            firewalls = List.copyOf(firewalls);
        }
    }

    /** Copies the list. */
    public HowTo {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a section of a page.
     *
     * @param page Markdown
     * @param heading of the section, which ends at the next one of its rank
     * @throws LabException when the section or its blocks are not there, or a block has no place
     */
    public static HowTo of(String page, String heading) {
        String mark = "\n## " + heading + "\n";
        int start = page.indexOf(mark);
        if (start < 0) {
            throw new LabException("the page has no section \"" + heading + "\"");
        }
        int end = page.indexOf("\n## ", start + mark.length());
        String section = page.substring(start + mark.length(), end < 0 ? page.length() : end);
        List<Step> steps = new ArrayList<>();
        Matcher block = BLOCK.matcher(section);
        while (block.find()) {
            Matcher place = PLACE.matcher(block.group(1));
            if (!place.find()) {
                throw new LabException("no place is named above the commands behind: " + block.group());
            }
            String commands = block.group(3).replaceAll("(?m)^" + block.group(2), "");
            steps.add(new Step(firewalls(place.group(1)), commands));
        }
        if (steps.isEmpty()) {
            throw new LabException("the section \"" + heading + "\" has no commands");
        }
        return new HowTo(steps);
    }

    private static List<Integer> firewalls(String place) {
        return switch (place) {
            case "fw1" -> List.of(1);
            case "fw2" -> List.of(2);
            default -> List.of(1, 2);
        };
    }
}
