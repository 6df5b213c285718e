/**
 * The lab: firewalls made of network namespaces on this machine, node processes in them, and the tools that look at
 * the kernel from outside. Everything that a lab makes is undone when it is closed, also when the JVM is told to stop.
 */
@NullMarked
package org.conntwin.it.lab;

import org.jspecify.annotations.NullMarked;
