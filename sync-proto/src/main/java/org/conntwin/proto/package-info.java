/**
 * The wire: the protobuf schema of what nodes tell each other, and the one codec between the
 * tracker's model and its bytes. Generated protobuf types do not leave this package.
 */
@NullMarked
package org.conntwin.proto;

import org.jspecify.annotations.NullMarked;
