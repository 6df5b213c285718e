@NullMarked
package org.conntwin.node.reference;

import org.jspecify.annotations.NullMarked;
