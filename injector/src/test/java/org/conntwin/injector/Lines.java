package org.conntwin.injector;

import java.util.Objects;
import java.util.function.Consumer;
import org.conntwin.tracker.model.Conntrack;
import org.conntwin.tracker.model.ConntrackBuilder;
import org.conntwin.tracker.model.Expectation;
import org.conntwin.tracker.model.Family;
import org.conntwin.tracker.model.Protocol;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.model.Zone;
import org.conntwin.tracker.table.TableChange;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;

/** Entries and expectations of the tests, named by their number: source port and destination port. */
final class Lines {
    private Lines() {}

    static Conntrack entry(String line) {
        try {
            return EntryParser.parse(line);
        } catch (LineException bad) {
            throw new AssertionError(line, bad);
        }
    }

    static Conntrack tcp(int number) {
        return entry("tcp 6 17 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=" + number + " dport=21");
    }

    static Conntrack with(Conntrack entry, Consumer<ConntrackBuilder> change) {
        ConntrackBuilder out = ConntrackBuilder.from(entry);
        change.accept(out);
        return Objects.requireNonNull(out.build());
    }

    static Conntrack related(int number, Conntrack master) {
        return with(tcp(number), entry -> entry.master = master.original());
    }

    static Expectation expectation(int number, Conntrack master, int seconds, int flags) {
        Tuple mask = new Tuple(Family.IPV4, Protocol.TCP, 0, 0xffff_ffffL, 0, 0xffff_ffffL, 0, 0xffff);
        Tuple tuple = Tuple.ipv4(Protocol.TCP, 0x0a00_0001, 0x0a00_0002, number, 7000);
        return new Expectation(tuple, mask, master.original(), Zone.DEFAULT, seconds, 0, flags, "ftp", null, null, 0);
    }

    static String name(TableChange change) {
        return switch (change) {
            case TableChange.Insert(var entry) -> name(entry);
            case TableChange.Update(var entry) -> name(entry);
            case TableChange.Delete(var entry) -> name(entry);
            case TableChange.Expect(var expectation) -> name(expectation);
            case TableChange.ExpectTimeout(var expectation) -> name(expectation);
            case TableChange.Unexpect(var expectation) -> name(expectation);
        };
    }

    static String name(Conntrack entry) {
        return Integer.toString(entry.original().sourceKey());
    }

    static String name(Expectation expectation) {
        return "x" + expectation.tuple().sourceKey();
    }
}
