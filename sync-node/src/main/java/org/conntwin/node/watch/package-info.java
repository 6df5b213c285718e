/** What a node shows to those who watch it: metrics, health, readiness and a dashboard, all of them read only. */
@NullMarked
package org.conntwin.node.watch;

import org.jspecify.annotations.NullMarked;
