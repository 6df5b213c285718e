package org.conntwin.node.demo.stage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What the demo reads of {@code status --json}.
 *
 * @param role the node's role
 * @param external number of entries in the external cache
 * @param table number of entries in the node's table
 * @param parity whether the first peer's entries are known to agree with the peer's own
 */
public record NodeStatus(String role, long external, long table, boolean parity) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the JSON text; fields that are not there stay empty, zero or false. */
    public static NodeStatus parse(String json) throws DemoException {
        String role = "";
        long external = 0;
        long table = 0;
        boolean parity = false;
        try (JsonParser parser = JSON.createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        || !parser.currentToken().isScalarValue()) {
                    continue;
                }
                switch (parser.getParsingContext().pathAsPointer().toString()) {
                    case "/role" -> role = parser.getText();
                    case "/entries/external" -> external = parser.getLongValue();
                    case "/entries/table" -> table = parser.getLongValue();
                    case "/peers/0/parity" -> parity = parser.getBooleanValue();
                    default -> {
                        // The demo needs no more.
                    }
                }
            }
        } catch (IOException e) {
            throw new DemoException("the node's status is no JSON as expected: " + e.getMessage(), e);
        }
        return new NodeStatus(role, external, table, parity);
    }
}
