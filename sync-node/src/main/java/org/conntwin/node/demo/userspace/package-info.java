/**
 * The demo on the userspace table, without root and on loopback only. {@code UserspaceStory} is what happens, in order, in
 * two acts: {@code FailoverAct} and {@code OutOfSyncAct}. {@code World} holds the virtual hosts of both sides and passes
 * their packets to the firewall that owns the addresses; {@code FirewallNode} is such a firewall, a process of its own.
 */
@NullMarked
package org.conntwin.node.demo.userspace;

import org.jspecify.annotations.NullMarked;
