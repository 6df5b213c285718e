/** Amanda: connections of a backup that its client names to the server. */
@NullMarked
package org.conntwin.tracker.userspace.helper.amanda;

import org.jspecify.annotations.NullMarked;
