/** IRC: connections between clients that they offer each other through the server. */
@NullMarked
package org.conntwin.tracker.userspace.helper.irc;

import org.jspecify.annotations.NullMarked;
