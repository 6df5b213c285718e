/** Programs that run inside a lab's namespaces and make traffic there, told what to do through standard input. */
@NullMarked
package org.conntwin.it.traffic;

import org.jspecify.annotations.NullMarked;
