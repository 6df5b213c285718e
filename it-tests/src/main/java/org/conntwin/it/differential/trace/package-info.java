/** Random traces: a kind and a seed give one trace and one pair of addresses, always the same. */
@NullMarked
package org.conntwin.it.differential.trace;

import org.jspecify.annotations.NullMarked;
