/** Against a real socket, which systemd's would be. */
@NullMarked
package org.conntwin.node.service;

import org.jspecify.annotations.NullMarked;
