package org.conntwin.node.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.conntwin.injector.CommitReport;
import org.jspecify.annotations.Nullable;

/** What a command tells a machine: one JSON object on one line. Pure functions. */
public final class Json {
    private Json() {}

    /**
     * An object of maps, lists, whole and other numbers, truth values, text and null; anything else is told as its text.
     *
     * @param members in the order in which they are written
     */
    public static String object(Map<?, ?> members) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            value(out, members);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    /** What became of a commit, as in {@code status --json}, and why what failed failed. */
    static Map<String, Object> commit(CommitReport report) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("entries", report.entries());
        members.put("expectations", report.expectations());
        members.put("created", report.created());
        members.put("updated", report.updated());
        members.put("skipped", report.skipped());
        members.put("failed", report.failed());
        members.put("seconds", report.seconds());
        members.put("causes", report.causes());
        members.put("remarks", report.remarks());
        return members;
    }

    private static void value(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Map<?, ?> members -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    out.writeFieldName(String.valueOf(member.getKey()));
                    value(out, member.getValue());
                }
                out.writeEndObject();
            }
            case List<?> items -> {
                out.writeStartArray();
                for (Object item : items) {
                    value(out, item);
                }
                out.writeEndArray();
            }
            case Double number -> out.writeNumber(number);
            case Number number -> out.writeNumber(number.longValue());
            case Boolean truth -> out.writeBoolean(truth);
            default -> out.writeString(value.toString());
        }
    }
}
