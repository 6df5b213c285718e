/**
 * A cluster under a simulated clock and network: caches, streams, repair, roles and fencing as they are in a node, one
 * event after the other in an order that a seed decides. Faults of every kind come and go; in the end all must agree.
 */
@NullMarked
package org.conntwin.node.simulation;

import org.jspecify.annotations.NullMarked;
