/**
 * The same firewalls as containers: two or more with keepalived, nftables and a node each (or conntrackd, for comparison), a
 * client and a server around them, live traffic through them, on a real engine by Testcontainers. Everything that is made is
 * labelled and removed again.
 */
@NullMarked
package org.conntwin.it.containers;

import org.jspecify.annotations.NullMarked;
