/** Acceptance on the real kernel: each class is one promise of the product, seen from the command line. */
@NullMarked
package org.conntwin.it;

import org.jspecify.annotations.NullMarked;
