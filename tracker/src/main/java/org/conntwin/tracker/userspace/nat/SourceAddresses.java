package org.conntwin.tracker.userspace.nat;

import org.conntwin.tracker.model.Addresses;
import org.conntwin.tracker.model.Family;
import org.jspecify.annotations.Nullable;

/**
 * What translation has to know of the machine's devices. Asked for first packets of flows alone, under the tracker's
 * lock: answers must not wait.
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
}
