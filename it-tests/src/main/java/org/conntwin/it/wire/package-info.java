/** IP packets byte by byte, right and wrong ones. */
@NullMarked
package org.conntwin.it.wire;

import org.jspecify.annotations.NullMarked;
