/** What a service manager is told: systemd's notification protocol (sd_notify(3)), and its watchdog. */
@NullMarked
package org.conntwin.node.service;

import org.jspecify.annotations.NullMarked;
