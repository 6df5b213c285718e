@NullMarked
package org.conntwin.node.cli;

import org.jspecify.annotations.NullMarked;
