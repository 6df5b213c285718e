package org.conntwin.it.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used so far, as /proc shows it.
 *
 * @param cpuSeconds user and system time of all its threads
 * @param residentBytes its resident set now
 */
public record ProcessUsage(double cpuSeconds, long residentBytes) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux for x86 and arm
    private static final int UTIME_AFTER_NAME = 11; // field 14 of /proc/PID/stat, counted from the one after the name

    /** Reads it now. @throws LabException when there is no such process */
    public static ProcessUsage of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double ticks =
                    Double.parseDouble(fields[UTIME_AFTER_NAME]) + Double.parseDouble(fields[UTIME_AFTER_NAME + 1]);
            long kibibytes = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
            return new ProcessUsage(ticks / TICKS_PER_SECOND, kibibytes * 1024);
        } catch (IOException e) {
            throw new LabException("no process " + pid, e);
        }
    }
}
