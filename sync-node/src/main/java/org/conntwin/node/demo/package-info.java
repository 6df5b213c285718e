/**
 * The main job on one machine, for everybody to see: two node processes guard live flows, the active one is killed, and the flows go on.
 *
 * <p>{@link org.conntwin.node.demo.Demo} is the entry; {@code FailoverStory} is what happens, in order. The network comes from {@code LabPlan} (text) and
 * {@code Lab} (which runs it), the traffic from {@code FlowServer} and {@code FlowClient}, two programs of their own in the end hosts' namespaces, whose
 * reports {@code SurvivalTable} joins. Everything made here is registered with {@code Undo} first, so that it also goes when the run is interrupted.
 */
@NullMarked
package org.conntwin.node.demo;

import org.jspecify.annotations.NullMarked;
