/**
 * The replication channel: a small group of named nodes that multicast bytes to each other, over JGroups.
 *
 * <p>The only package that knows JGroups. {@link org.conntwin.node.channel.SyncChannel} is what the rest of the node
 * sees; below it a stack of JGroups protocols keeps membership, order and retransmission, and at the very bottom a
 * {@code Sealer} wraps every datagram (or TCP message), so that nothing unauthenticated reaches JGroups' own parsers.
 */
@NullMarked
package org.conntwin.node.channel;

import org.jspecify.annotations.NullMarked;
