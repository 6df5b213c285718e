package org.conntwin.node.demo.endpoint;

/** Something that has to act at some time by itself. */
public abstract class Timed {
    /** No time at all. */
    public static final long NEVER = Long.MAX_VALUE;

    /** When {@link Timers} will look at it; belongs to them. */
    long scheduled = NEVER;

    /** For subclasses. */
    protected Timed() {}

    /** When it has to act next, {@link #NEVER} when nothing is to come by itself. */
    public abstract long deadline();

    /** Acts, as its deadline has passed. */
    public abstract void due(long now);
}
