/**
 * A firewall of the demo on the userspace table: a real node whose table is fed with packets that come as datagrams over
 * loopback, filtered by a small ruleset, and sent on. {@link org.conntwin.node.demo.gate.FirewallProgram} is the entry; it
 * runs in a process of its own.
 */
@NullMarked
package org.conntwin.node.demo.gate;

import org.jspecify.annotations.NullMarked;
