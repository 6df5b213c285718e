/** What tests of several packages and modules share: packets, generators, namespaces, probes of the kernel's headers. */
@NullMarked
package org.conntwin.tracker.testing;

import org.jspecify.annotations.NullMarked;
