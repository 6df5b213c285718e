@NullMarked
package org.conntwin.node.control;

import org.jspecify.annotations.NullMarked;
