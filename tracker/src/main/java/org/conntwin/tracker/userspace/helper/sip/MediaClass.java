package org.conntwin.tracker.userspace.helper.sip;

import java.util.List;
import org.conntwin.tracker.userspace.expect.ExpectPolicy;

/** The classes of SIP's expectations, in the order of their numbers; the first is no medium. */
enum MediaClass {
    SIGNALLING(0, "", 1),
    AUDIO(1, "audio ", 4),
    VIDEO(2, "video ", 4),
    IMAGE(3, "image ", 2);

    /** The media, in the order in which they are tried. */
    static final List<MediaClass> MEDIA = List.of(AUDIO, VIDEO, IMAGE);

    private static final int SECONDS = 180;

    /** The class of its expectations. */
    final int number;

    /** How a description names it, with the blank behind. */
    final String type;

    private final int limit;

    MediaClass(int number, String type, int limit) {
        this.number = number;
        this.type = type;
        this.limit = limit;
    }

    /** The policies of all classes. */
    static List<ExpectPolicy> policies() {
        return List.of(values()).stream()
                .map(one -> new ExpectPolicy(one.limit, SECONDS))
                .toList();
    }
}
