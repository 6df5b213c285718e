/**
 * What the machine's own network does for a node beside its tables: routes and addresses are asked for, packets that the
 * node made itself are sent. Linux alone; nothing here knows of flows.
 */
@NullMarked
package org.conntwin.tracker.host;

import org.jspecify.annotations.NullMarked;
