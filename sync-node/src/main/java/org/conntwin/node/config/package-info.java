/**
 * The configuration file: YAML text to immutable records and back, with every mistake located by line and column.
 */
@NullMarked
package org.conntwin.node.config;

import org.jspecify.annotations.NullMarked;
