/** The kernel's SYN proxy and the userspace one beside it, given the same clients and servers. */
@NullMarked
package org.conntwin.it.synproxy;

import org.jspecify.annotations.NullMarked;
