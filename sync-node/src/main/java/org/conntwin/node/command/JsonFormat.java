package org.conntwin.node.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.conntwin.tracker.model.Accounting;
import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Labels;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Timestamps;
import org.conntwin.tracker.model.Tuple;

/** One JSON object a line. */
final class JsonFormat implements EntryFormat {
    private static final JsonFactory FACTORY = new JsonFactory();

    private interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    private static void object(StringBuilder line, Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(text)) {
            out.writeStartObject();
            body.write(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        line.append(text);
    }

    @Override
    public void append(StringBuilder line, Conntrack entry, Shown shown) {
        object(line, out -> {
            int protocol = entry.original().protocol();
            out.writeStringField("protocol", Protocol.name(protocol));
            out.writeNumberField("protocolNumber", protocol);
            out.writeNumberField("timeout", Math.max(0, entry.timeoutSeconds()));
            if (entry.state() != null) {
                out.writeStringField("state", entry.state().stateName());
            }
            tuple(out, "original", entry.original());
            tuple(out, "reply", entry.reply());
            kept(out, entry);
            out.writeBooleanField("unreplied", !entry.has(Status.SEEN_REPLY));
            out.writeBooleanField("assured", entry.has(Status.ASSURED));
            out.writeNumberField("status", entry.status());
            out.writeNumberField("mark", Integer.toUnsignedLong(entry.mark()));
            out.writeNumberField("zone", entry.zone().id());
            switch (entry.zone().scope()) {
                case BOTH -> {}
                case ORIGINAL -> out.writeStringField("zoneDirection", "original");
                case REPLY -> out.writeStringField("zoneDirection", "reply");
            }
            if (entry.helper() != null) {
                out.writeStringField("helper", entry.helper());
            }
            labels(out, entry);
            Tuple master = entry.master();
            if (master != null) {
                tuple(out, "master", master);
            }
            shown(out, shown);
        });
    }

    /** What only tables keep, where they are told to: counters, and start and stop in nanoseconds since 1970. */
    private static void kept(JsonGenerator out, Conntrack entry) throws IOException {
        Accounting counted = entry.accounting();
        if (counted != null) {
            out.writeObjectFieldStart("counters");
            counters(out, "original", counted.originalPackets(), counted.originalBytes());
            counters(out, "reply", counted.replyPackets(), counted.replyBytes());
            out.writeEndObject();
        }
        Timestamps times = entry.timestamps();
        if (times != null) {
            out.writeObjectFieldStart("timestamps");
            out.writeNumberField("start", times.startNanos());
            out.writeNumberField("stop", times.stopNanos());
            out.writeEndObject();
        }
    }

    private static void counters(JsonGenerator out, String direction, long packets, long bytes) throws IOException {
        out.writeObjectFieldStart(direction);
        out.writeNumberField("packets", packets);
        out.writeNumberField("bytes", bytes);
        out.writeEndObject();
    }

    private static void labels(JsonGenerator out, Conntrack entry) throws IOException {
        Labels labels = entry.labels();
        if (labels == null || labels.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("labels");
        for (int i = 0; i < 128; i++) {
            if (labels.has(i)) {
                out.writeNumber(i);
            }
        }
        out.writeEndArray();
    }

    @Override
    public void append(StringBuilder line, Expectation expectation, Shown shown) {
        object(line, out -> {
            out.writeNumberField("timeout", Math.max(0, expectation.timeoutSeconds()));
            out.writeNumberField("protocolNumber", expectation.tuple().protocol());
            tuple(out, "tuple", expectation.tuple());
            tuple(out, "mask", expectation.mask());
            tuple(out, "master", expectation.master());
            out.writeNumberField("zone", expectation.zone().id());
            out.writeNumberField("class", expectation.expectClass());
            out.writeBooleanField("permanent", (expectation.flags() & Expectation.PERMANENT) != 0);
            out.writeBooleanField("inactive", (expectation.flags() & Expectation.INACTIVE) != 0);
            out.writeBooleanField("userspace", (expectation.flags() & Expectation.USERSPACE) != 0);
            if (expectation.helper() != null) {
                out.writeStringField("helper", expectation.helper());
            }
            shown(out, shown);
        });
    }

    private static void shown(JsonGenerator out, Shown shown) throws IOException {
        if (shown.activeSeconds() >= 0) {
            out.writeNumberField("activeSeconds", shown.activeSeconds());
        }
        if (shown.origin() != null) {
            out.writeStringField("origin", shown.origin());
        }
    }

    private static void tuple(JsonGenerator out, String name, Tuple tuple) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeStringField("src", Addresses.text(tuple.family(), tuple.sourceHigh(), tuple.sourceLow()));
        out.writeStringField("dst", Addresses.text(tuple.family(), tuple.destinationHigh(), tuple.destinationLow()));
        if (Protocol.hasPorts(tuple.protocol())) {
            out.writeNumberField("sport", tuple.sourceKey());
            out.writeNumberField("dport", tuple.destinationKey());
        } else if (Protocol.isIcmp(tuple.protocol())) {
            out.writeNumberField("type", tuple.icmpType());
            out.writeNumberField("code", tuple.icmpCode());
            out.writeNumberField("id", tuple.sourceKey());
        } else if (tuple.protocol() == Protocol.GRE) {
            out.writeNumberField("srckey", tuple.sourceKey());
            out.writeNumberField("dstkey", tuple.destinationKey());
        }
        out.writeEndObject();
    }
}
