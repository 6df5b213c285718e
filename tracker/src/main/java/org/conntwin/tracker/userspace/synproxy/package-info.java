/** The SYN proxy: clients prove that they exist, by a cookie, before their servers and the table hear of them. */
@NullMarked
package org.conntwin.tracker.userspace.synproxy;

import org.jspecify.annotations.NullMarked;
