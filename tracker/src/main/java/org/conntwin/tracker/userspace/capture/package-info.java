/** Capture files read as streams: pcap and pcapng, and the link layers in them down to the IP header. */
@NullMarked
package org.conntwin.tracker.userspace.capture;

import org.jspecify.annotations.NullMarked;
