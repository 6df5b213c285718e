/** The configuration's reference and its annotated example, made from the keys that the reader asks for. */
@NullMarked
package org.conntwin.node.reference;

import org.jspecify.annotations.NullMarked;
