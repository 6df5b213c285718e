@NullMarked
package org.conntwin.node.config;

import org.jspecify.annotations.NullMarked;
