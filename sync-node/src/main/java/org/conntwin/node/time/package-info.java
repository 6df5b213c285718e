/**
 * Time, and the turns that the node's parts take: a part says what it does in one turn and when it wants the next.
 * In a node a thread of its own gives them, or one that is lent while it sleeps; a
 * simulation gives them one after the other, under a clock of its own.
 */
@NullMarked
package org.conntwin.node.time;

import org.jspecify.annotations.NullMarked;
