/** What a node does with each command of the control socket. */
@NullMarked
package org.conntwin.node.command;

import org.jspecify.annotations.NullMarked;
