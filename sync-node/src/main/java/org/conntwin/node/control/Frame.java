package org.conntwin.node.control;

/**
 * The frames on the control socket, both ways: four bytes of length, big endian, counting what follows; one byte of
 * type; the payload. One connection carries one command.
 */
final class Frame {
    /** Client: the arguments, UTF-8, joined by NUL. The first frame. */
    static final byte REQUEST = 'R';

    /** Client: a piece of the input, UTF-8, cut anywhere. */
    static final byte INPUT = 'I';

    /** Client: the input is complete. */
    static final byte INPUT_END = 'F';

    /** Server: a piece of standard output, UTF-8, cut anywhere. */
    static final byte OUT = 'O';

    /** Server: a piece of standard error. */
    static final byte ERR = 'E';

    /** Server: one byte of exit code. The last frame. */
    static final byte EXIT = 'X';

    /** Server: the node lives and the command goes on; no payload. Sent every {@link #ALIVE_MILLIS}. */
    static final byte ALIVE = 'A';

    /** How often a node says that it lives while a command runs. */
    static final int ALIVE_MILLIS = 1_000;

    /** The length field. */
    static final int HEADER_BYTES = 4;

    /** The most that a length field may say. */
    static final int MAX_BYTES = 64 * 1024;

    /** A sender cuts output and input into payloads of about this many bytes. */
    static final int CHUNK_BYTES = 32 * 1024;

    private Frame() {}
}
