/** Roles: who is active, taking over (commit, own, announce), stepping down (release, purge), and fencing. */
@NullMarked
package org.conntwin.node.role;

import org.jspecify.annotations.NullMarked;
