/**
 * Caches of wire bytes: what this node owns ({@code InternalCache}) and, by origin, what its peers own
 * ({@code ExternalCache}). The cache is the queue: a change marks its record, and whoever drains the marks
 * finds the latest state.
 */
@NullMarked
package org.conntwin.node.cache;

import org.jspecify.annotations.NullMarked;
