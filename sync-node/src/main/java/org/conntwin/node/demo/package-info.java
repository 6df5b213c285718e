/**
 * The main job on one machine, for everybody to see: two node processes guard live flows, the active one is killed, and
 * the flows go on. {@link org.conntwin.node.demo.Demo} is the entry. Everything that a story makes is registered with
 * {@code Undo} first, so that it also goes when the run is interrupted.
 */
@NullMarked
package org.conntwin.node.demo;

import org.jspecify.annotations.NullMarked;
