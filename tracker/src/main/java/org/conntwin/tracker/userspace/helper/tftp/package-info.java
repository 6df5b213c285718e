/** TFTP: transfers that its requests lead to. */
@NullMarked
package org.conntwin.tracker.userspace.helper.tftp;

import org.jspecify.annotations.NullMarked;
