/**
 * Between the local table and the caches: what the table tells goes into the internal cache, what peers own
 * goes into the table when it is to be there at once.
 */
@NullMarked
package org.conntwin.node.local;

import org.jspecify.annotations.NullMarked;
