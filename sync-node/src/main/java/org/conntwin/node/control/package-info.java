/**
 * The control socket: a Netty server on a Unix domain socket and a client that needs nothing but the JDK.
 */
@NullMarked
package org.conntwin.node.control;

import org.jspecify.annotations.NullMarked;
