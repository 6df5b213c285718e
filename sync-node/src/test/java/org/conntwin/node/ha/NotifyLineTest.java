package org.conntwin.node.ha;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.conntwin.node.ha.NotifyLine.State;
import org.conntwin.node.ha.NotifyLine.Subject;
import org.junit.jupiter.api.Test;

class NotifyLineTest {
    @Test
    void linesOfKeepalivedAreRead() {
        assertThat(NotifyLine.parse("GROUP \"EDGE\" MASTER 0"))
                .contains(new NotifyLine(Subject.GROUP, "EDGE", State.MASTER));
        assertThat(NotifyLine.parse("INSTANCE \"LAN\" MASTER_RX_LOWER_PRI 100"))
                .contains(new NotifyLine(Subject.INSTANCE, "LAN", State.MASTER_RX_LOWER_PRI));
        assertThat(NotifyLine.parse("GROUP \"two words\" STOP 0"))
                .contains(new NotifyLine(Subject.GROUP, "two words", State.STOP));
        assertThat(NotifyLine.parse("INSTANCE \"WAN\" BACKUP_PRIORITY 50"))
                .contains(new NotifyLine(Subject.INSTANCE, "WAN", State.OTHER));
    }

    @Test
    void otherLinesAreUnknown() {
        for (String line : List.of(
                "",
                "\"",
                "GROUP",
                "GROUP EDGE MASTER 0",
                "GROUP \"EDGE\"",
                "GROUP \"EDGE\" ELECTED 0",
                "VS [10.0.0.1]:80 UP",
                "group \"EDGE\" MASTER 0",
                "GROUP\"EDGE\" MASTER 0",
                "GROUP \"" + "x".repeat(400) + "\" MASTER 0")) {
            assertThat(NotifyLine.parse(line)).as(line).isEmpty();
        }
    }

    @Test
    void whatIsPrintedIsReadAgain() {
        NotifyLine line = new NotifyLine(Subject.GROUP, "EDGE", State.FAULT);
        assertThat(NotifyLine.parse(line.text())).contains(line);
    }

    private static List<String> split(List<byte[]> pieces, LineSplitter splitter) {
        List<String> lines = new ArrayList<>();
        pieces.forEach(piece -> splitter.feed(piece, piece.length, lines::add));
        return lines;
    }

    @Test
    void linesComeInAnyPieces() {
        byte[] bytes = "one\n\ntwo \r\nthree\nfo".getBytes(StandardCharsets.UTF_8);
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            List<byte[]> pieces = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(6));
                pieces.add(java.util.Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
            assertThat(split(pieces, new LineSplitter())).containsExactly("one", "two", "three");
        }
    }

    @Test
    void aLineThatIsTooLongIsLeftOutWholeAndCounted() {
        LineSplitter splitter = new LineSplitter();
        String text = "a\n" + "x".repeat(LineSplitter.LONGEST) + "\n" + "y".repeat(5 * LineSplitter.LONGEST) + "\nb\n";

        List<String> lines = split(List.of(text.getBytes(StandardCharsets.UTF_8)), splitter);

        assertThat(lines).containsExactly("a", "x".repeat(LineSplitter.LONGEST), "b");
        assertThat(splitter.dropped()).isEqualTo(1);
    }

    @Test
    void aLineThatItsWriterDidNotEndIsForgottenWithIt() {
        LineSplitter splitter = new LineSplitter();
        List<String> lines = split(List.of("GROUP \"ED".getBytes(StandardCharsets.UTF_8)), splitter);
        splitter.restart();
        lines.addAll(split(List.of("new\n".getBytes(StandardCharsets.UTF_8)), splitter));
        assertThat(lines).containsExactly("new");
    }
}
