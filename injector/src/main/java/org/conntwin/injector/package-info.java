/**
 * The injector: writes what other nodes owned into the local table, masters first, then related
 * entries, then expectations, with an outcome for each.
 */
@NullMarked
package org.conntwin.injector;

import org.jspecify.annotations.NullMarked;
