/** The flows and how they are found: the hash of both directions, lifetimes in order of their end. */
@NullMarked
package org.conntwin.tracker.userspace.flow;

import org.jspecify.annotations.NullMarked;
