/** What every story of the demo stands on: its options, its folder, programs that run beside it, and taking all down again. */
@NullMarked
package org.conntwin.node.demo.stage;

import org.jspecify.annotations.NullMarked;
