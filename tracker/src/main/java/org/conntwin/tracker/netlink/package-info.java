/** Generic netlink: sockets, message framing, attributes. Nothing here knows of conntracks. */
@NullMarked
package org.conntwin.tracker.netlink;

import org.jspecify.annotations.NullMarked;
