/** PPTP: calls over GRE that its control connections set up. */
@NullMarked
package org.conntwin.tracker.userspace.helper.pptp;

import org.jspecify.annotations.NullMarked;
