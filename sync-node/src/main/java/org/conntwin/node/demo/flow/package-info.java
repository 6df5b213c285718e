/** What a flow of the demo carries, how it gets on, and what became of it. */
@NullMarked
package org.conntwin.node.demo.flow;

import org.jspecify.annotations.NullMarked;
