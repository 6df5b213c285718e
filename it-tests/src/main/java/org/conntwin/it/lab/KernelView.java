package org.conntwin.it.lab;

import java.util.List;

/**
 * A namespace's connection tracking as the `conntrack` tool shows and changes it: the judge that the product is
 * measured against.
 */
public record KernelView(Namespace namespace) {

    /** All entries, both families, as `conntrack -L -o extended` prints them. */
    public List<String> entries() {
        return namespace.exec("conntrack", "-L", "-o", "extended").lines();
    }

    /** All entries as plain `conntrack -L` prints them, the format that dumps follow. */
    public List<String> plainEntries() {
        return namespace.exec("conntrack", "-L").lines();
    }

    /** All expectations as `conntrack -L exp` prints them. */
    public List<String> expectations() {
        return namespace.exec("conntrack", "-L", "exp").lines();
    }

    /** The number of entries. */
    public long count() {
        return Long.parseLong(namespace.exec("conntrack", "-C").stdout().strip());
    }

    /** Removes all entries. */
    public void flush() {
        namespace.exec("conntrack", "-F");
    }

    /** Makes one entry: the arguments of `conntrack -I`, separated by blanks. */
    public void insert(String arguments) {
        change("-I", arguments);
    }

    /** Removes one entry: the arguments of `conntrack -D`, separated by blanks. */
    public void delete(String arguments) {
        change("-D", arguments);
    }

    /** Changes one entry: the arguments of `conntrack -U`, separated by blanks. */
    public void update(String arguments) {
        change("-U", arguments);
    }

    /** Makes many entries in one process: each line the arguments of one `conntrack -I`. */
    public void insertAll(List<String> lines) {
        String script = "-A " + String.join("\n-A ", lines) + "\n";
        namespace.command("conntrack", "-R", "-").withInput(script).runOrThrow();
    }

    private void change(String action, String arguments) {
        namespace
                .command(("conntrack " + action + " " + arguments).split(" ", -1))
                .runOrThrow();
    }
}
