/**
 * Replication: the sender drains the internal cache into one stream of pieces, the receiver applies each
 * peer's stream to its twin. All repair is one: digests are compared at a point of the stream, and buckets
 * that differ are replaced within the stream, so nothing can overtake anything.
 */
@NullMarked
package org.conntwin.node.replication;

import org.jspecify.annotations.NullMarked;
