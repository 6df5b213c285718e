/**
 * The command line: what an operator types, turned into control commands or local work.
 */
@NullMarked
package org.conntwin.node.cli;

import org.jspecify.annotations.NullMarked;
