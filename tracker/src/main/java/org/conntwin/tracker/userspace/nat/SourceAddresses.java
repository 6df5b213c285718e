package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.jspecify.annotations.Nullable;

/**
 * What translation has to know of the machine's devices. Asked for first packets of flows, and {@link #holds} at
 * most once a second for an address, under the tracker's lock: answers must not wait.
 */
public interface SourceAddresses {
    /** A machine of which nothing is known. */
    SourceAddresses NONE = new SourceAddresses() {
        @Override
        public Addresses.@Nullable Parsed to(int outDevice, Family family, long high, long low) {
            return null;
        }

        @Override
        public @Nullable String device(int outDevice) {
            return null;
        }
    };

    /**
     * The machine's own address that packets to a destination come from when they leave by a device: what masquerading
     * gives them.
     *
     * @param outDevice index of the device, 0 when it is not known
     * @param high upper half of the destination, as in a tuple
     * @param low lower half of the destination
     * @return of the same family; null when there is none
     */
    Addresses.@Nullable Parsed to(int outDevice, Family family, long high, long low);

    /** The name of a device by its index; null when there is none. */
    @Nullable
    String device(int outDevice);

    /**
     * The device that packets to a destination leave by.
     *
     * @param high upper half of the destination
     * @param low lower half
     * @return its index, 0 when it is not known
     */
    default int way(Family family, long high, long low) {
        return 0;
    }

    /**
     * Whether the machine has an address, on whichever device: a route may prefer that of another one than its own. True
     * when that is not known.
     *
     * @param high upper half of the address
     * @param low lower half
     */
    default boolean holds(Family family, long high, long low) {
        return true;
    }
}
