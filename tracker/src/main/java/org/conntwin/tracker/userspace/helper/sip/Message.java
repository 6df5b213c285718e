package org.conntwin.tracker.userspace.helper.sip;

import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.userspace.helper.PayloadText;

/**
 * One message within a payload: its header fields (RFC 3261, section 7.3) and the lines of its description (RFC 4566),
 * found the way the kernel's helper finds them. What was found last is in {@link #at} and {@link #length}. Reused; not
 * thread-safe. Work is linear in the message's length for each search.
 */
final class Message extends MessageLines {
    /** What a search came to. */
    enum Search {
        FOUND,
        /** There is no such line. */
        NONE,
        /** There is one that cannot be read. */
        WRONG
    }

    /** A header field: its names, what its value begins with, whether it is a number or an address. */
    enum Field {
        CSEQ("CSeq", "", ""),
        CONTACT("Contact", "m", "sip:"),
        FROM("From", "f", "sip:"),
        TO("To", "t", "sip:"),
        VIA_UDP("Via", "v", "UDP "),
        VIA_TCP("Via", "v", "TCP "),
        EXPIRES("Expires", "", ""),
        CONTENT_LENGTH("Content-Length", "l", "");

        private final String name;
        private final String compact;
        private final String search;

        Field(String name, String compact, String search) {
            this.name = name;
            this.compact = compact;
            this.search = search;
        }
    }

    /** Contacts of one message that are looked at; the kernel looks at all. Reading one may go to the end of its line. */
    private static final int MOST_CONTACTS = 64;

    private static final int DEFAULT_PORT = 5060;
    private static final int LEAST_PORT = 1024;
    private static final int MOST_PORT = 65_535;

    private final AddressReader address;
    private Family family = Family.IPV4;
    private int at;
    private int length;
    private int port;
    private boolean wrongPort;
    private int next;
    private boolean inField;
    private int contacts;
    /** Where the end of a contact's user was looked for last, and how far. */
    private int scannedFrom;

    private int scannedTo = NOWHERE;

    Message(PayloadText text) {
        super(text);
        address = new AddressReader(text);
    }

    /** Turns to the message from {@code start} to before {@code limit}. */
    void set(Family newFamily, int newStart, int newLimit) {
        family = newFamily;
        bounds(newStart, newLimit);
        scannedTo = NOWHERE;
    }

    /** Where what was found last begins. */
    int at() {
        return at;
    }

    /** Its length. */
    int length() {
        return length;
    }

    /** The address that was read last. */
    AddressReader address() {
        return address;
    }

    /** The port behind it, the protocol's own when it was not told. */
    int port() {
        return port;
    }

    /** Looks for a field in the lines behind {@code from}. */
    Search field(Field field, int from) {
        for (int i = lineBehind(from); i != NOWHERE; i = lineBehind(i + 1)) {
            int behind = behindName(field, i);
            if (behind == NOWHERE) {
                continue;
            }
            i = skipBlanks(behind);
            if (i == NOWHERE || letter(i) != ':' || i + 1 >= limit) {
                return Search.NONE;
            }
            i = skipBlanks(i + 1);
            if (i == NOWHERE) {
                return Search.NONE;
            }
            at = i;
            return value(field, i);
        }
        return Search.NONE;
    }

    private int behindName(Field field, int line) {
        int first = letter(line);
        if (first == ' ' || first == '\t') {
            return NOWHERE;
        }
        if (hasAnyCase(line, field.name)) {
            return line + field.name.length();
        }
        int behind = line + field.compact.length();
        boolean compact = !field.compact.isEmpty() && hasAnyCase(line, field.compact) && behind < limit;
        return compact && !alphabetic(letter(behind)) ? behind : NOWHERE;
    }

    private Search value(Field field, int from) {
        int i = from;
        if (!field.search.isEmpty()) {
            i = inValue(i, limit, field.search);
            if (i == NOWHERE) {
                wrongPort = false;
                return Search.WRONG;
            }
            i += field.search.length();
            return field == Field.VIA_UDP || field == Field.VIA_TCP ? host(i) : contact(i);
        }
        at = i;
        length = digits(i);
        return length == 0 ? Search.WRONG : Search.FOUND;
    }

    /** {@code [user@]address[:port]}; an address must be literal. */
    private Search contact(int from) {
        contacts++;
        // Contacts of one line look for the same end: it is looked for once.
        int i = scannedTo >= from && from >= scannedFrom ? scannedTo : from;
        while (i < limit && letter(i) != '@' && letter(i) != '\r' && letter(i) != '\n') {
            i++;
        }
        scannedFrom = from;
        scannedTo = i;
        return host(letter(i) == '@' ? i + 1 : from);
    }

    private Search host(int host) {
        wrongPort = false;
        if (!address.read(family, host, limit, true)) {
            return Search.WRONG;
        }
        int end = address.end();
        port = DEFAULT_PORT;
        if (letter(end) == ':') {
            long told = number(end + 1);
            end = behindNumber();
            if (Long.compareUnsigned(told, LEAST_PORT) < 0 || Long.compareUnsigned(told, MOST_PORT) > 0) {
                wrongPort = true;
                return Search.WRONG;
            }
            port = (int) told;
        }
        at = host;
        length = end - host;
        return Search.FOUND;
    }

    /** Looks for the first field with an address that can be read, its address and port; whether there is one. */
    boolean first(Field field) {
        Search found = field(field, start);
        while (found == Search.WRONG && !wrongPort) {
            found = field(field, at);
        }
        return found == Search.FOUND;
    }

    /** Looks for the address that a request is for, its address and port; whether there is one. */
    boolean requested() {
        int i = start;
        while (i < limit && alphabetic(letter(i))) {
            i++;
        }
        if (i == start || ++i >= limit) {
            return false;
        }
        String uri = Field.CONTACT.search;
        while (i < limit - uri.length() && !hasAnyCase(i, uri)) {
            if (letter(i) == '\r' || letter(i) == '\n') {
                return false;
            }
            i++;
        }
        return i < limit - uri.length() && contact(i + uri.length()) == Search.FOUND;
    }

    /**
     * Looks for an address behind {@code from} in a field; whether there is one.
     *
     * @param name of the parameter with its equals sign
     * @param bracketed whether one of IPv6 stands in brackets
     */
    boolean addressParameter(int from, String name, boolean bracketed) {
        int found = parameter(from, name);
        if (found == NOWHERE || !address.read(family, found, limit, bracketed)) {
            return false;
        }
        at = found;
        length = address.end() - found;
        return true;
    }

    /** The message is longer by so many bytes. */
    void grown(int bytes) {
        bounds(start, limit + bytes);
        scannedTo = NOWHERE;
    }

    /** The contact that was found last is longer by so many bytes. */
    void contactGrown(int bytes) {
        next += bytes;
    }

    /** Starts anew with the first contact. */
    void beforeContacts() {
        inField = false;
        next = start;
        contacts = 0;
    }

    /** Looks for the next contact that can be read, its address and port; whether there is one. */
    boolean nextContact() {
        boolean found = contacts < MOST_CONTACTS && contactFound();
        next = at + length;
        return found;
    }

    /** Several stand in one field, between commas, or in several fields; those that cannot be read are passed over. */
    private boolean contactFound() {
        int from = next;
        if (inField) {
            Search found = Search.WRONG;
            while (found == Search.WRONG && contacts < MOST_CONTACTS) {
                int comma = inValue(from, limit, ",");
                int uri = comma == NOWHERE ? NOWHERE : inValue(comma, limit, Field.CONTACT.search);
                if (uri == NOWHERE) {
                    break;
                }
                at = uri + Field.CONTACT.search.length();
                found = contact(at);
                from = at;
            }
            if (found == Search.FOUND) {
                return true;
            }
            inField = false;
        }
        Search found = field(Field.CONTACT, from);
        while (found == Search.WRONG) {
            found = field(Field.CONTACT, at);
        }
        inField = found == Search.FOUND;
        return inField;
    }

    /**
     * Where the value of a parameter of the contact found last begins; -1 when it has none.
     *
     * @param name with its equals sign
     */
    int parameter(String name) {
        return parameter(at + length, name);
    }

    /** The same for parameters behind {@code from}. */
    int parameter(int from, String name) {
        int comma = inValue(from, limit, ",");
        int found = inValue(from, comma == NOWHERE ? limit : comma, name);
        return found == NOWHERE ? NOWHERE : found + name.length();
    }

    // The description

    /**
     * Looks for a line of the description in the lines behind {@code from}.
     *
     * @param name letter and equals sign
     * @param search what stands before the value in its line, empty for nothing
     * @param before the first line with this name ends the search; empty for none
     */
    private int described(int from, String name, String search, String before) {
        for (int i = lineBehind(from); i != NOWHERE; i = lineBehind(i + 1)) {
            if (!before.isEmpty() && hasAnyCase(i, before)) {
                return NOWHERE;
            }
            if (hasAnyCase(i, name)) {
                int value = i + name.length();
                return search.isEmpty() ? value : inLine(value, search);
            }
        }
        return NOWHERE;
    }

    /** Where the description begins, -1 when there is none. */
    int description() {
        int version = described(start, "v=", "", "");
        return version == NOWHERE || digits(version) == 0 ? NOWHERE : version;
    }

    /** Looks for a connection's address in the lines behind {@code from}, up to the next medium; whether there is one. */
    boolean connection(int from) {
        return addressed(from, "c=");
    }

    /** The same for any line with an address. */
    boolean addressed(int from, String name) {
        int found = described(from, name, family == Family.IPV4 ? "IN IP4 " : "IN IP6 ", "m=");
        if (found == NOWHERE || !address.read(family, found, limit, false)) {
            return false;
        }
        at = found;
        length = address.end() - found;
        return true;
    }

    /** Looks for a medium in the lines behind {@code from}: its type, a blank, digits; whether there is one. */
    boolean medium(int from) {
        int found = described(from, "m=", "", "");
        if (found == NOWHERE) {
            return false;
        }
        int i = found;
        while (i < limit && alphabetic(letter(i))) {
            i++;
        }
        if (letter(i) != ' ') {
            return false;
        }
        at = found;
        length = i + 1 - found + digits(i + 1);
        return true;
    }
}
