/**
 * Read-only pages over HTTP/1.1 for scrapers, health checks and browsers: one event loop, bounded clients, no bodies.
 */
@NullMarked
package org.conntwin.node.http;

import org.jspecify.annotations.NullMarked;
