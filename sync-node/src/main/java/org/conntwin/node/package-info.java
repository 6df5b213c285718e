/**
 * A node: caches, replication, roles, control socket and command line, wired together.
 */
@NullMarked
package org.conntwin.node;

import org.jspecify.annotations.NullMarked;
