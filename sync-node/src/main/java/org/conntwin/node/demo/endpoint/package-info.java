/**
 * End hosts that exist in this program only: TCP and UDP as small state machines that speak whole IP packets. They do
 * what real ones do as far as a firewall can see it: sequence numbers that grow from one incarnation to the next, windows
 * with scaling, delayed, duplicate and selective acknowledgements, retransmission by timeout and by duplicate
 * acknowledgements (RFC 9293, 6298, 5681, 2018, 5961), both kinds of end. Time is given with every call, in nanoseconds of
 * a clock that starts at 0 and never goes back. Nothing here is thread-safe: one thread owns all of a world's hosts.
 */
@NullMarked
package org.conntwin.node.demo.endpoint;

import org.jspecify.annotations.NullMarked;
