package org.conntwin.node.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.conntwin.node.cache.RecordVisitor;
import org.conntwin.node.cache.Twin;
import org.conntwin.node.control.CommandOutput;
import org.conntwin.proto.EntryCodec;
import org.conntwin.proto.ExpectationCodec;
import org.conntwin.proto.Kind;
import org.conntwin.proto.MalformedWireException;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.jspecify.annotations.Nullable;

/** {@code dump}: a cache bucket by bucket, so that a dump of any size holds no lock for long; or the table. */
final class DumpCommand {
    private final NodeParts parts;

    DumpCommand(NodeParts parts) {
        this.parts = parts;
    }

    int run(String what, Kind kind, DumpFilter filter, EntryFormat format, CommandOutput out)
            throws IOException, RefusedException {
        Printer printer = new Printer(filter, format, out);
        switch (what) {
            case "internal" -> {
                boolean taken = filter.takesOrigin(parts.identity().node());
                for (int bucket = 0; taken && bucket < kind.buckets(); bucket++) {
                    Lines lines = new Lines(kind, null);
                    parts.internal().bucket(kind, bucket, lines);
                    printer.print(lines);
                }
            }
            case "external" -> {
                for (Twin twin : parts.external().twins()) {
                    if (filter.takesOrigin(twin.origin())) {
                        for (int bucket = 0; bucket < kind.buckets(); bucket++) {
                            Lines lines = new Lines(kind, twin.origin());
                            twin.bucket(kind, bucket, lines);
                            printer.print(lines);
                        }
                    }
                }
            }
            case "table" -> table(kind, printer);
            default -> throw RefusedException.usage("dump: \"" + what + "\" is not internal, external or table");
        }
        return 0;
    }

    private void table(Kind kind, Printer printer) throws IOException {
        // The table's reader must not wait for a slow terminal: the entries are taken first.
        if (kind == Kind.CONNTRACK) {
            List<Conntrack> entries = new ArrayList<>();
            parts.table().dump(entry -> {
                if (printer.filter.takes(entry)) {
                    entries.add(entry);
                }
            });
            for (Conntrack entry : entries) {
                printer.print(entry, Shown.TABLE);
            }
        } else {
            List<Expectation> expectations = new ArrayList<>();
            parts.table().dumpExpectations(expectations::add);
            for (Expectation expectation : expectations) {
                printer.print(expectation, Shown.TABLE);
            }
        }
    }

    /** Decoded records of one bucket. */
    private final class Lines implements RecordVisitor {
        private final Kind kind;
        private final @Nullable String origin;
        private final List<Conntrack> entries = new ArrayList<>();
        private final List<Expectation> expectations = new ArrayList<>();
        private final List<Shown> shown = new ArrayList<>();

        Lines(Kind kind, @Nullable String origin) {
            this.kind = kind;
            this.origin = origin;
        }

        @Override
        public void record(byte[] bytes, int from, int length, int since) {
            try {
                if (kind == Kind.CONNTRACK) {
                    entries.add(EntryCodec.decode(bytes, from, length));
                } else {
                    expectations.add(ExpectationCodec.decode(bytes, from, length));
                }
                shown.add(new Shown(Math.max(0, parts.clock().seconds() - since), origin));
            } catch (MalformedWireException unreadable) {
                System.getLogger(DumpCommand.class.getName())
                        .log(System.Logger.Level.WARNING, "a record cannot be read: {0}", unreadable.getMessage());
            }
        }

        @Override
        public void removed(byte[] bytes, int from, int length) {}
    }

    private static final class Printer {
        private final DumpFilter filter;
        private final EntryFormat format;
        private final CommandOutput out;
        private final StringBuilder line = new StringBuilder(400);

        Printer(DumpFilter filter, EntryFormat format, CommandOutput out) {
            this.filter = filter;
            this.format = format;
            this.out = out;
        }

        void print(Lines lines) throws IOException {
            for (int i = 0; i < lines.entries.size(); i++) {
                print(lines.entries.get(i), lines.shown.get(i));
            }
            for (int i = 0; i < lines.expectations.size(); i++) {
                print(lines.expectations.get(i), lines.shown.get(i));
            }
        }

        void print(Conntrack entry, Shown shown) throws IOException {
            if (filter.takes(entry)) {
                line.setLength(0);
                format.append(line, entry, shown);
                out.line(line.toString());
            }
        }

        void print(Expectation expectation, Shown shown) throws IOException {
            if (filter.takes(expectation)) {
                line.setLength(0);
                format.append(line, expectation, shown);
                out.line(line.toString());
            }
        }
    }
}
