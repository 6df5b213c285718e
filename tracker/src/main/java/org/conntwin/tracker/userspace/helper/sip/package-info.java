/** SIP: registrations and calls, and the media that their descriptions announce. */
@NullMarked
package org.conntwin.tracker.userspace.helper.sip;

import org.jspecify.annotations.NullMarked;
