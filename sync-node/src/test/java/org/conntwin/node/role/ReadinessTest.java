package org.conntwin.node.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.PeerStatus;
import org.conntwin.proto.RoleName;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final PeerStatus AHEAD = new PeerStatus("fw1", true, RoleName.ACTIVE, 1, 5, 0, 7, false, 9, true, 3);
    private static final PeerStatus EVEN = new PeerStatus("fw2", true, RoleName.ACTIVE, 1, 5, 0, 0, true, 9, true, 0);
    /** It lacks something of this node's; this node's twin of it is whole. */
    private static final PeerStatus BEHIND =
            new PeerStatus("fw2", true, RoleName.ACTIVE, 1, 5, 9, 4, false, 9, false, 3);

    private static final PeerStatus GONE =
            new PeerStatus("fw3", false, RoleName.ACTIVE, 1, 5, 0, 7, false, 9, false, 3);

    private static List<String> missing(RoleName role, PeerStatus... peers) {
        return Readiness.missing(new Identity.Standing(role, 1, 0), List.of(peers), name -> name.equals("fw2"));
    }

    @Test
    void aBackupIsReadyOnceItHasWhatItsPeersHave() {
        assertThat(missing(RoleName.BACKUP, AHEAD)).containsExactly("not in parity with fw1: 7 entries behind");
        assertThat(missing(RoleName.BACKUP, EVEN)).isEmpty();
    }

    @Test
    void whatAPeerLacksDoesNotKeepThisNodeFromTakingOver() {
        assertThat(missing(RoleName.BACKUP, BEHIND)).isEmpty();
    }

    @Test
    void nobodyWaitsForAPeerThatIsGone() {
        assertThat(missing(RoleName.BACKUP, GONE)).isEmpty();
        assertThat(missing(RoleName.BACKUP)).isEmpty();
    }

    @Test
    void whoIsActiveNeedsNobody() {
        assertThat(missing(RoleName.ACTIVE, AHEAD)).isEmpty();
        assertThat(missing(RoleName.MULTI, AHEAD)).isEmpty();
    }

    @Test
    void whoIsFaultyIsNotReady() {
        assertThat(missing(RoleName.FAULT, EVEN)).containsExactly("the role is fault");
    }

    @Test
    void aTakeoverTellsOfEachOriginWhoseCopiesAreNotProven() {
        assertThat(Readiness.gaps(List.of(AHEAD, EVEN))).isEmpty();
        assertThat(Readiness.gaps(List.of(BEHIND, GONE)))
                .containsExactly(
                        "not in parity with fw2: 4 entries behind",
                        "the copies of fw3 were not proven complete when it was lost");
        PeerStatus never = new PeerStatus("fw4", false, RoleName.BACKUP, 1, 0, 0, 0, false, 0, false, 3);
        assertThat(Readiness.gaps(List.of(never))).as("nothing ever came of it").isEmpty();
    }
}
