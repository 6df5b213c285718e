package org.conntwin.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What was ever sent keeps its number and its type. */
class SchemaTest {
    private static List<String> schema() {
        List<String> lines = new ArrayList<>();
        for (Descriptor message : SyncProto.getDescriptor().getMessageTypes()) {
            for (FieldDescriptor field : message.getFields()) {
                lines.add("%s.%s = %d %s%s"
                        .formatted(
                                message.getName(),
                                field.getName(),
                                field.getNumber(),
                                field.isRepeated() ? "repeated " : "",
                                type(field)));
            }
        }
        for (EnumDescriptor kinds : SyncProto.getDescriptor().getEnumTypes()) {
            for (EnumValueDescriptor value : kinds.getValues()) {
                lines.add("%s.%s = %d".formatted(kinds.getName(), value.getName(), value.getNumber()));
            }
        }
        return lines;
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> field.getEnumType().getName();
            default -> field.toProto().getType().name().replace("TYPE_", "").toLowerCase(Locale.ROOT);
        };
    }

    private static List<String> known() throws IOException {
        try (InputStream file = SchemaTest.class.getResourceAsStream("schema.txt")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @Test
    void nothingIsChangedOrTakenAwayAndWhatIsAddedIsWrittenDown() throws IOException {
        assertThat(schema())
                .as("add a line to schema.txt for what is new; a line that is there never changes")
                .containsExactlyInAnyOrderElementsOf(known());
    }
}
