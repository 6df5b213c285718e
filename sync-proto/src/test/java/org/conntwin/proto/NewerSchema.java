package org.conntwin.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Set;

/**
 * The schema as a later version could have it, made of today's whatever that is: each message has a field more, {@code
 * later}, but for the parts of a record, which are closed; each enum has a value more; there are messages and items of a
 * new kind, {@code rumour}.
 */
final class NewerSchema {
    /** What the new field of a message holds. */
    static final long LATER = 0x123456789aL;

    private static final String FIELD = "later";
    private static final String KIND = "rumour";
    private static final String TYPE = "Rumour";
    private static final Set<String> CLOSED =
            Set.of("Tuple", "ExpectationKey", "TcpWindows", "TcpSide", "Adjustment", "SynProxy");
    private static final FileDescriptor SCHEMA = later();

    private NewerSchema() {}

    private static FileDescriptor later() {
        FileDescriptorProto.Builder file = SyncProto.getDescriptor().toProto().toBuilder();
        for (DescriptorProto.Builder message : file.getMessageTypeBuilderList()) {
            if (List.of("SyncMessage", "Item").contains(message.getName())) {
                message.addField(field(KIND, message, FieldDescriptorProto.Type.TYPE_MESSAGE)
                        .setTypeName("." + file.getPackage() + "." + TYPE));
            }
            if (!CLOSED.contains(message.getName())) {
                message.addField(field(FIELD, message, FieldDescriptorProto.Type.TYPE_UINT64));
            }
        }
        for (EnumDescriptorProto.Builder kinds : file.getEnumTypeBuilderList()) {
            kinds.addValueBuilder().setName(kinds.getName() + "_LATER").setNumber(kinds.getValueCount() - 1);
        }
        DescriptorProto.Builder rumour = file.addMessageTypeBuilder().setName(TYPE);
        rumour.addField(field("text", rumour, FieldDescriptorProto.Type.TYPE_STRING));
        try {
            return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
        } catch (DescriptorValidationException contradictory) {
            throw new IllegalStateException(contradictory);
        }
    }

    private static FieldDescriptorProto.Builder field(
            String name, DescriptorProto.Builder message, FieldDescriptorProto.Type type) {
        int last = message.getFieldList().stream()
                .mapToInt(FieldDescriptorProto::getNumber)
                .max()
                .orElse(0);
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(last + 1)
                .setType(type)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
    }

    private static Descriptor type(String name) {
        return SCHEMA.findMessageTypeByName(name);
    }

    /** The number that an enum's new value has. */
    static int laterValue(String name) {
        return SCHEMA.findEnumTypeByName(name).getValues().size() - 1;
    }

    /** Number of the new field of a message. */
    static int laterField(String message) {
        return type(message).findFieldByName(FIELD).getNumber();
    }

    /** A whole message with every new field set, but those of records: their origin alone sets them. */
    static byte[] message(byte[] bytes, int from, int length) {
        return decorated("SyncMessage", bytes, from, length, Set.of("Entry", "Expectation"));
    }

    /** A record with its new field set. */
    static byte[] record(Kind kind, byte[] bytes, int from, int length) {
        return decorated(kind == Kind.CONNTRACK ? "Entry" : "Expectation", bytes, from, length, Set.of());
    }

    /** A message of a kind that today's version does not know. */
    static byte[] rumour() {
        return with(DynamicMessage.newBuilder(type("SyncMessage"))).build().toByteArray();
    }

    /** An item of a kind that today's version does not know. */
    static byte[] rumourItem() {
        return with(DynamicMessage.newBuilder(type("Item"))).build().toByteArray();
    }

    private static DynamicMessage.Builder with(DynamicMessage.Builder message) {
        Descriptor rumour = type(TYPE);
        DynamicMessage heard = DynamicMessage.newBuilder(rumour)
                .setField(rumour.findFieldByName("text"), "heard")
                .build();
        return message.setField(message.getDescriptorForType().findFieldByName(KIND), heard);
    }

    private static byte[] decorated(String name, byte[] bytes, int from, int length, Set<String> untouched) {
        try {
            DynamicMessage today = DynamicMessage.parseFrom(type(name), ByteString.copyFrom(bytes, from, length));
            return decorated(today, untouched).toByteArray();
        } catch (InvalidProtocolBufferException notOfThisSchema) {
            throw new IllegalArgumentException(notOfThisSchema);
        }
    }

    private static DynamicMessage decorated(DynamicMessage message, Set<String> untouched) {
        DynamicMessage.Builder later = message.toBuilder();
        for (FieldDescriptor field : message.getAllFields().keySet()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
                    || untouched.contains(field.getMessageType().getName())) {
                continue;
            }
            if (field.isRepeated()) {
                for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                    DynamicMessage part = (DynamicMessage) message.getRepeatedField(field, i);
                    later.setRepeatedField(field, i, decorated(part, untouched));
                }
            } else {
                later.setField(field, decorated((DynamicMessage) message.getField(field), untouched));
            }
        }
        FieldDescriptor field = message.getDescriptorForType().findFieldByName(FIELD);
        return field == null ? message : later.setField(field, LATER).build();
    }
}
