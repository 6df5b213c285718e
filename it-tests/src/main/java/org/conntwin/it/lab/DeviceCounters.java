package org.conntwin.it.lab;

/**
 * What a network device has sent and received since it was made; bytes count the Ethernet header.
 *
 * @param receivedBytes bytes in
 * @param receivedPackets packets in
 * @param sentBytes bytes out
 * @param sentPackets packets out
 */
public record DeviceCounters(long receivedBytes, long receivedPackets, long sentBytes, long sentPackets) {

    /** Reads them now. */
    public static DeviceCounters read(Namespace namespace, String device) {
        for (String line : namespace.exec("cat", "/proc/net/dev").lines()) {
            if (line.strip().startsWith(device + ":")) {
                String[] fields = line.substring(line.indexOf(':') + 1).strip().split("\\s+", -1);
                return new DeviceCounters(
                        Long.parseLong(fields[0]),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[8]),
                        Long.parseLong(fields[9]));
            }
        }
        throw new LabException("no device " + device + " in " + namespace.name());
    }

    /** What was added since an earlier reading. */
    public DeviceCounters since(DeviceCounters earlier) {
        return new DeviceCounters(
                receivedBytes - earlier.receivedBytes,
                receivedPackets - earlier.receivedPackets,
                sentBytes - earlier.sentBytes,
                sentPackets - earlier.sentPackets);
    }
}
