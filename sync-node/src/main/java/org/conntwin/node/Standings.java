package org.conntwin.node;

import org.conntwin.node.local.PeerStanding;
import org.conntwin.node.replication.Identity;
import org.conntwin.node.replication.Replication;
import org.conntwin.proto.RoleName;

/** Peers' standing by roles and claims. Nodes that forward at the same time are equals, whatever they claimed. */
record Standings(Identity identity, Replication replication) implements PeerStanding {
    @Override
    public long claim(String origin) {
        return replication.isMulti(origin) ? 0 : replication.claimOf(origin);
    }

    @Override
    public boolean outranks(String origin) {
        return !shares(origin)
                && replication.claimOf(origin) > identity.standing().claim();
    }

    @Override
    public boolean bygone(String origin) {
        return !shares(origin) && identity.standing().claim() > replication.claimOf(origin);
    }

    @Override
    public boolean proven(String origin) {
        return replication.inParity(origin);
    }

    @Override
    public boolean inSight(String origin) {
        return replication.inSight(origin);
    }

    @Override
    public long incarnation(String origin) {
        return replication.incarnationOf(origin);
    }

    @Override
    public boolean shares(String origin) {
        return identity.standing().role() == RoleName.MULTI && replication.isMulti(origin);
    }
}
