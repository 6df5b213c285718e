/**
 * The demo on the kernel's table, in network namespaces: {@code FailoverStory} is what happens, in order. The network
 * comes from {@code LabPlan} (text) and {@code Lab} (which runs it), the traffic from {@code FlowServer} and
 * {@code FlowClient}, two programs of their own in the end hosts' namespaces.
 */
@NullMarked
package org.conntwin.node.demo.kernel;

import org.jspecify.annotations.NullMarked;
