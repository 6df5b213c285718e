/** A network device whose other end is this program; the only place of this module with foreign memory. */
@NullMarked
package org.conntwin.it.tun;

import org.jspecify.annotations.NullMarked;
