/** The userspace tracker as a configuration wants it. */
@NullMarked
package org.conntwin.node.userspace;

import org.jspecify.annotations.NullMarked;
