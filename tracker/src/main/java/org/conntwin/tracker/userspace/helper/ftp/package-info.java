/** The helper of FTP (RFC 959, RFC 2428): data connections that its control connection announces. */
@NullMarked
package org.conntwin.tracker.userspace.helper.ftp;

import org.jspecify.annotations.NullMarked;
