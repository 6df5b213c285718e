package org.conntwin.it.lab;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value read whole: map, list, text, number (Long or Double), truth value or null. For looking into what
 * commands print.
 */
public record Json(@Nullable Object value) {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Reads one value. @throws LabException when the text is anything else */
    public static Json parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Json json = new Json(read(parser));
            if (parser.nextToken() != null) {
                throw new LabException("more than one JSON value: " + text);
            }
            return json;
        } catch (IOException e) {
            throw new LabException("not JSON: " + text, e);
        }
    }

    private static @Nullable Object read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, read(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(read(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case null, default -> throw new IOException("unexpected end");
        };
    }

    /** The value of a key. @throws LabException when this is no object or has no such key */
    public Json at(String key) {
        if (value instanceof Map<?, ?> map && map.containsKey(key)) {
            return new Json(map.get(key));
        }
        throw new LabException("no key " + key + " in " + value);
    }

    /** The keys of this object, in their order. */
    public List<String> keys() {
        if (value instanceof Map<?, ?> map) {
            return map.keySet().stream().map(String::valueOf).toList();
        }
        throw new LabException("not an object: " + value);
    }

    /** The elements of this array. */
    public List<Json> elements() {
        if (value instanceof List<?> list) {
            return list.stream().map(Json::new).toList();
        }
        throw new LabException("not an array: " + value);
    }

    /** This whole number. */
    public long number() {
        if (value instanceof Long number) {
            return number;
        }
        throw new LabException("not a whole number: " + value);
    }

    /** This number, whole or not. */
    public double real() {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new LabException("not a number: " + value);
    }

    /** This text. */
    public String text() {
        if (value instanceof String text) {
            return text;
        }
        throw new LabException("not a text: " + value);
    }

    /** This truth value. */
    public boolean truth() {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw new LabException("not true or false: " + value);
    }

    /** The sum of all whole numbers in this value, however deep. */
    public long sum() {
        return switch (value) {
            case Map<?, ?> map ->
                map.values().stream().mapToLong(part -> new Json(part).sum()).sum();
            case List<?> list ->
                list.stream().mapToLong(part -> new Json(part).sum()).sum();
            case Long number -> number;
            case null, default -> 0;
        };
    }
}
