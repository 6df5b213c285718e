package org.conntwin.node.ha;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeepalivedViewTest {
    private final KeepalivedView view = new KeepalivedView();
    private long now = 1_000_000_000L;

    /** The words that follow from lines, one right after the other. */
    private List<Word> heard(String... lines) {
        List<Word> words = new ArrayList<>();
        for (String line : lines) {
            Word word = view.heard(NotifyLine.parse(line).orElseThrow(), now);
            if (word != null) {
                words.add(word);
            }
            now += 1_000_000L;
        }
        return words;
    }

    private List<Word> later() {
        now += KeepalivedView.SETTLE_NANOS;
        Word word = view.due(now);
        return word == null ? List.of() : List.of(word);
    }

    @Test
    void groupsDecide() {
        assertThat(heard("GROUP \"EDGE\" BACKUP 0", "INSTANCE \"LAN\" BACKUP 90", "INSTANCE \"WAN\" BACKUP 90"))
                .containsExactly(Word.BACKUP);
        assertThat(heard("INSTANCE \"WAN\" MASTER 90", "INSTANCE \"LAN\" MASTER 90"))
                .isEmpty();
        assertThat(later()).isEmpty();
        assertThat(heard("GROUP \"EDGE\" MASTER 0")).containsExactly(Word.MASTER);
        assertThat(heard("INSTANCE \"LAN\" FAULT 90", "INSTANCE \"WAN\" FAULT 90", "GROUP \"EDGE\" FAULT 0"))
                .containsExactly(Word.FAULT);
        assertThat(heard("GROUP \"EDGE\" BACKUP 0", "GROUP \"EDGE\" MASTER 0", "GROUP \"EDGE\" STOP 0"))
                .containsExactly(Word.BACKUP, Word.MASTER, Word.BACKUP);
    }

    @Test
    void aNodeThatStartsAmidAChangeWaitsForTheGroupsLine() {
        assertThat(heard("INSTANCE \"WAN\" MASTER 90", "INSTANCE \"LAN\" MASTER 90", "GROUP \"EDGE\" MASTER 0"))
                .containsExactly(Word.MASTER);
        assertThat(later()).isEmpty();
    }

    @Test
    void instancesDecideWhereThereIsNoGroup() {
        assertThat(heard("INSTANCE \"LAN\" BACKUP 90")).isEmpty();
        assertThat(later()).containsExactly(Word.BACKUP);
        assertThat(heard("INSTANCE \"LAN\" MASTER 90")).containsExactly(Word.MASTER);
        assertThat(heard("INSTANCE \"LAN\" BACKUP 90")).containsExactly(Word.BACKUP);
    }

    @Test
    void theFirstInstancesSettleTogether() {
        assertThat(heard("INSTANCE \"LAN\" MASTER 90", "INSTANCE \"WAN\" MASTER 90"))
                .isEmpty();
        assertThat(later()).containsExactly(Word.MASTER);
        assertThat(later()).isEmpty();
    }

    @Test
    void sayingTheSameAgainIsNoNewTakeover() {
        assertThat(heard("GROUP \"EDGE\" MASTER 0", "GROUP \"EDGE\" MASTER 0"))
                .containsExactly(Word.MASTER, Word.STILL_MASTER);
    }

    @Test
    void aMasterThatHearsALowerOneTakesOverAgain() {
        assertThat(heard("GROUP \"EDGE\" BACKUP 0", "GROUP \"EDGE\" MASTER 0")).hasSize(2);
        assertThat(heard("INSTANCE \"WAN\" MASTER_RX_LOWER_PRI 100")).containsExactly(Word.MASTER_AGAIN);
    }

    @Test
    void aLateLineOfALowerOneMeansNothingToABackup() {
        assertThat(heard("GROUP \"EDGE\" MASTER 0", "GROUP \"EDGE\" BACKUP 0", "INSTANCE \"W\" MASTER_RX_LOWER_PRI 1"))
                .containsExactly(Word.MASTER, Word.BACKUP);
        assertThat(view.ignored()).isEqualTo(1);
    }

    @Test
    void whoWasToldNothingBelievesThatItIsMaster() {
        assertThat(heard("INSTANCE \"WAN\" MASTER_RX_LOWER_PRI 100")).containsExactly(Word.MASTER_AGAIN);
    }

    @Test
    void oneGroupOfSeveralThatIsMasterIsEnough() {
        assertThat(heard(
                        "GROUP \"A\" MASTER 0", "GROUP \"B\" BACKUP 0", "GROUP \"B\" MASTER 0", "GROUP \"A\" BACKUP 0"))
                .containsExactly(Word.MASTER, Word.STILL_MASTER, Word.MASTER, Word.STILL_MASTER);
        assertThat(heard("GROUP \"B\" FAULT 0")).containsExactly(Word.FAULT);
    }

    @Test
    void prioritiesAreNoNews() {
        assertThat(heard("INSTANCE \"WAN\" MASTER_PRIORITY 50")).isEmpty();
        assertThat(later()).isEmpty();
    }

    @Test
    void onlySoManyNamesAreTakenIn() {
        for (int i = 0; i < 1_000; i++) {
            heard("GROUP \"g" + i + "\" BACKUP 0");
        }
        assertThat(view.memory()).hasSize(64);
        assertThat(view.ignored()).isEqualTo(936);
    }

    @Test
    void whatIsRememberedSaysTheSame() {
        heard("GROUP \"EDGE\" BACKUP 0", "INSTANCE \"LAN\" MASTER 9", "GROUP \"EDGE\" MASTER 0");
        assertThat(view.memory()).containsExactly("GROUP \"EDGE\" MASTER");
    }

    private @Nullable Word restored(String... lines) {
        return view.restored(Stream.of(lines)
                .map(line -> NotifyLine.parse(line).orElseThrow())
                .toList());
    }

    @Test
    void afterAStopInstancesDecideWhereThereWasAGroup() {
        assertThat(heard("GROUP \"EDGE\" BACKUP 0", "INSTANCE \"LAN\" BACKUP 90", "INSTANCE \"WAN\" BACKUP 90"))
                .containsExactly(Word.BACKUP);
        assertThat(heard("INSTANCE \"LAN\" STOP 90", "INSTANCE \"WAN\" STOP 90", "GROUP \"EDGE\" STOP 0"))
                .containsOnly(Word.BACKUP);
        assertThat(view.memory()).isEmpty();
        // Started again without the group.
        assertThat(heard("INSTANCE \"LAN\" BACKUP 90", "INSTANCE \"WAN\" BACKUP 90"))
                .isEmpty();
        assertThat(later()).containsExactly(Word.BACKUP);
        assertThat(heard("INSTANCE \"LAN\" MASTER 90")).containsExactly(Word.MASTER);
    }

    @Test
    void aStopWithoutALineOfTheGroupEndsWhatTheGroupWas() {
        // A reload took the group away, of which keepalived says nothing.
        assertThat(heard("INSTANCE \"LAN\" MASTER 9", "INSTANCE \"WAN\" MASTER 9", "GROUP \"EDGE\" MASTER 0"))
                .containsExactly(Word.MASTER);
        assertThat(heard("INSTANCE \"LAN\" STOP 9")).isEmpty();
        assertThat(heard("INSTANCE \"WAN\" STOP 9")).containsExactly(Word.BACKUP);
        assertThat(later()).isEmpty();
    }

    @Test
    void anInstanceThatWasDeletedIsNoLongerMaster() {
        assertThat(heard("INSTANCE \"LAN\" MASTER 9", "INSTANCE \"WAN\" BACKUP 9"))
                .isEmpty();
        assertThat(later()).containsExactly(Word.STILL_MASTER);
        assertThat(heard("INSTANCE \"LAN\" DELETED 9")).containsExactly(Word.BACKUP);
    }

    @Test
    void whatIsRestoredSettlesNothing() {
        assertThat(restored("INSTANCE \"LAN\" BACKUP", "INSTANCE \"WAN\" MASTER"))
                .isEqualTo(Word.MASTER);
        assertThat(later()).isEmpty();
        assertThat(heard("INSTANCE \"WAN\" BACKUP 9")).containsExactly(Word.BACKUP);
        assertThat(restored("GROUP \"A\" FAULT", "GROUP \"B\" BACKUP")).isEqualTo(Word.BACKUP);
        assertThat(restored("GROUP \"A\" FAULT")).isEqualTo(Word.FAULT);
        assertThat(restored("INSTANCE \"WAN\" MASTER_RX_LOWER_PRI 9")).isNull();
    }
}
