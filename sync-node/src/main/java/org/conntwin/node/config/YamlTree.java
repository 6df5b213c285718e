package org.conntwin.node.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Text to a tree of nodes that know their line and column. */
final class YamlTree {
    /** Deeper nesting is refused before the composer, which recurses, meets it. */
    private static final int MAX_DEPTH = 32;

    private static final int LONGEST_PROBLEM = 200;

    private YamlTree() {}

    /** The tree, or null after an error was added. */
    static @Nullable Node compose(String text, ErrorList errors) {
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setCodePointLimit(ConfigReader.MAX_BYTES)
                // All at once: its reader fails where a buffer ends within a character of two units.
                .setBufferSize(text.length() + 2)
                .build();
        try {
            Parser parser = new ShallowParser(new ParserImpl(settings, new StreamReader(settings, text)));
            Optional<Node> root = new Composer(settings, parser).getSingleNode();
            if (root.isEmpty()) {
                errors.add(Optional.empty(), "empty; it needs at least 'node' and 'cluster'");
            }
            return root.orElse(null);
        } catch (TooDeep e) {
            errors.add(e.mark, "nested deeper than " + MAX_DEPTH + " levels; this is not a configuration file");
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            errors.add(mark, "not YAML: " + Converters.shorten(String.valueOf(e.getProblem()), LONGEST_PROBLEM));
        } catch (YamlEngineException e) {
            errors.add(Optional.empty(), "not YAML: " + String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Optional<Mark> mark;

        TooDeep(Optional<Mark> mark) {
            super("too deep", null, false, false);
            this.mark = mark;
        }
    }

    /** Counts how deep the events are nested. */
    private static final class ShallowParser implements Parser {
        private final Parser parser;
        private int depth;

        ShallowParser(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw new TooDeep(event.getStartMark());
            }
            return event;
        }
    }
}
