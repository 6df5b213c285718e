/** What the tests of the node's packages stand in for its surroundings: flows, a clock, a table, a network. */
@NullMarked
package org.conntwin.node.fake;

import org.jspecify.annotations.NullMarked;
