package org.conntwin.tracker.model;

/** What a protocol tracker knows of a flow beyond its tuple. */
public sealed interface ProtocolState permits TcpState, SctpState {
    /** The state's name as {@code conntrack} prints it, {@code NONE} when out of range. */
    String stateName();
}
