package org.conntwin.node.role;

/** Hears what the HA manager or an operator told this node to be. Called on the thread that changes the role. */
public interface TakeoverListener {
    /** Nobody. */
    TakeoverListener NONE = new TakeoverListener() {};

    /** The node takes over: its commit begins. */
    default void takingOver() {}

    /** That commit has ended, well or not. */
    default void committed() {}

    /** The node was told to be backup or faulty, and is. Not called when a peer's higher claim made it so. */
    default void steppedDown() {}
}
