package org.conntwin.tracker.userspace.helper;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.conntwin.tracker.model.Status;
import org.conntwin.tracker.model.Tuple;
import org.conntwin.tracker.userspace.expect.ExpectPolicies;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;
import org.conntwin.tracker.userspace.expect.Retention;
import org.conntwin.tracker.userspace.flow.Extras;
import org.conntwin.tracker.userspace.flow.Flow;
import org.jspecify.annotations.Nullable;

/** The helpers that a tracker knows, by name. Immutable, but what it gives to flows is guarded by the tracker's lock. */
public final class Helpers implements ExpectPolicies {
    private final Map<String, Helper> byName = new HashMap<>();
    private final Map<String, Retention> retention;
    private final int commonPortMask;

    /** Exactly these; names are unique. */
    public Helpers(List<? extends Helper> all) {
        this(all, Map.of());
    }

    /**
     * Exactly these; names are unique.
     *
     * @param retention how expectations are kept, by the names of those helpers where it differs from the kernel
     */
    public Helpers(List<? extends Helper> all, Map<String, Retention> retention) {
        this.retention = Map.copyOf(retention);
        int common = Retention.NONE.portMask();
        for (Retention one : retention.values()) {
            common &= one.portMask();
        }
        commonPortMask = common;
        for (Helper helper : all) {
            if (byName.put(helper.name(), helper) != null) {
                throw new IllegalArgumentException("two helpers are named " + helper.name());
            }
        }
    }

    /** All names. */
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** The helper with this name for flows of this protocol; null for none. */
    public @Nullable Helper find(String name, int protocol) {
        Helper helper = byName.get(name);
        return helper == null || !helper.protocols().contains(protocol) ? null : helper;
    }

    /** The helper that a flow has; null for none. */
    public @Nullable Helper of(Flow flow) {
        String name = flow.helper();
        return name == null ? null : byName.get(name);
    }

    /** A flow with this original tuple, under way or expected, came from outside with its master. */
    public void relatedRestored(Flow master, Tuple related) {
        Helper helper = of(master);
        if (helper != null) {
            helper.relatedRestored(master, related);
        }
    }

    @Override
    public @Nullable ExpectPolicy of(String helper, int expectClass) {
        Helper known = byName.get(helper);
        List<ExpectPolicy> policies = known == null ? List.of() : known.policies();
        return expectClass >= 0 && expectClass < policies.size() ? policies.get(expectClass) : null;
    }

    @Override
    public Retention retention(String helper) {
        return retention.getOrDefault(helper, Retention.NONE);
    }

    @Override
    public int commonPortMask() {
        return commonPortMask;
    }

    /**
     * Gives a new flow its helper, from where nothing but this call changes it.
     *
     * @return false when there is none with this name for the flow's protocol; the flow is then as it was
     */
    public boolean give(Flow flow, String name) {
        if (find(name, flow.protocol()) == null) {
            return false;
        }
        Extras extras = flow.extras();
        extras.helper = name;
        extras.helperMemory = null;
        flow.status |= Status.HELPER;
        return true;
    }

    /**
     * Gives a flow that comes from outside its helper: as {@link #give}, and the helper takes what it will hear for the
     * middle of a conversation (kernel: CTA_HELP of a new or existing entry).
     */
    public boolean restore(Flow flow, String name) {
        Helper helper = find(name, flow.protocol());
        if (helper == null || !give(flow, name)) {
            return false;
        }
        helper.restored(flow);
        return true;
    }
}
