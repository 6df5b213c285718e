/** Entry, expectation and event lines as {@code conntrack} prints them, and their parsers. */
@NullMarked
package org.conntwin.tracker.text;

import org.jspecify.annotations.NullMarked;
