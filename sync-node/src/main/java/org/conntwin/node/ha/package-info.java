/**
 * What ties this node to the HA manager: keepalived's notifications read and followed, the file by which keepalived
 * learns how far to trust this node, and packets that wait until a takeover has committed.
 */
@NullMarked
package org.conntwin.node.ha;

import org.jspecify.annotations.NullMarked;
