package org.conntwin.node.command;

import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.text.EntryText;
import org.conntwin.tracker.text.ExpectationText;

/** How a dump prints: one entry a line. */
interface EntryFormat {
    void append(StringBuilder out, Conntrack entry, Shown shown);

    void append(StringBuilder out, Expectation expectation, Shown shown);

    static EntryFormat named(String name) throws RefusedException {
        return switch (name) {
            case "text" -> new TextFormat();
            case "json" -> new JsonFormat();
            case "xml" -> new XmlFormat();
            default -> throw RefusedException.usage("format: \"" + name + "\" is not text, json or xml");
        };
    }

    /** Lines that follow {@code conntrack -L}. */
    final class TextFormat implements EntryFormat {
        @Override
        public void append(StringBuilder out, Conntrack entry, Shown shown) {
            EntryText.append(out, entry);
            shown.appendText(out);
        }

        @Override
        public void append(StringBuilder out, Expectation expectation, Shown shown) {
            ExpectationText.append(out, expectation);
            shown.appendText(out);
        }
    }
}
