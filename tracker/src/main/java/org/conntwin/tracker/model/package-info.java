/** What a conntrack and an expectation are: immutable records without any dependency. */
@NullMarked
package org.conntwin.tracker.model;

import org.jspecify.annotations.NullMarked;
