package org.conntwin.tracker.table;

/**
 * What a table counted since it was opened.
 *
 * @param eventsReceived events delivered to the listener
 * @param overruns times that the table lost events, or a listener failed on some
 * @param unknownAttributes attributes met that this version does not know
 * @param malformed messages that could not be decoded, events and entries of dumps
 * @param bufferBytes present size of the event buffer
 */
public record TableCounters(
        long eventsReceived, long overruns, long unknownAttributes, long malformed, long bufferBytes) {}
