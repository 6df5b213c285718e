/** The same packets through the kernel and through the userspace tracker, and what each made of them. */
@NullMarked
package org.conntwin.it.differential;

import org.jspecify.annotations.NullMarked;
