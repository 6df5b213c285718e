package org.conntwin.tracker.userspace.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.conntwin.tracker.table.Outcome;
import org.conntwin.tracker.text.EntryParser;
import org.conntwin.tracker.text.LineException;
import org.conntwin.tracker.userspace.track.FlowChanges;
import org.conntwin.tracker.userspace.track.Tracker;

/** Entry lines that become the table; those that are none or are refused are told with their number and passed over. */
final class EntryLoad {
    /** More bad lines than this are counted, not shown. */
    private static final int SHOWN = 20;

    private final String name;
    private final Consumer<String> warnings;
    private int bad;

    EntryLoad(String name, Consumer<String> warnings) {
        this.name = name;
        this.warnings = warnings;
    }

    /** Reads to the end; the sink hears of nothing. Whether every line became an entry. */
    boolean run(InputStream in, Tracker tracker, long now) throws IOException {
        // A character a byte here, so that a line which is no text does not take the others with it.
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        // What helper an entry has is its own matter; one that does not exist does nothing.
        FlowChanges flows = new FlowChanges(tracker, true);
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                Outcome outcome = flows.insert(EntryParser.parse(text(line)), false, now);
                if (outcome != Outcome.DONE) {
                    bad(number, outcome.meaning());
                }
            } catch (CharacterCodingException notText) {
                bad(number, "not UTF-8 text: save the file as UTF-8, or take this line out");
            } catch (LineException wrong) {
                bad(number, String.valueOf(wrong.getMessage()));
            }
        }
        if (bad > SHOWN) {
            warnings.accept(name + ": " + (bad - SHOWN) + " more lines were passed over");
        }
        return bad == 0;
    }

    private static String text(String bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .toString();
    }

    private void bad(int number, String why) {
        if (++bad <= SHOWN) {
            warnings.accept(name + ":" + number + ": " + why);
        }
    }
}
