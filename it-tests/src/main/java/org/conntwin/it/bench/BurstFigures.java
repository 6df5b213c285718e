package org.conntwin.it.bench;

/**
 * What one product needed for one burst.
 *
 * @param insertsPerSecond into the first's kernel table, while the product listened
 * @param missing entries that the backup lacked five seconds after the last insert
 * @param secondsToComplete from the last insert until the backup had all; NaN when it never had
 * @param activeCpuMicros CPU of the first's process for an entry
 * @param backupCpuMicros CPU of the second's process for an entry
 * @param secondCpuMicros CPU of both for an entry of a second burst, after the first one's entries have ended
 * @param thirdCpuMicros the same of a third one: no code is cold any more
 * @param activeGrowthBytes growth of the first's resident set for an entry
 * @param backupGrowthBytes the same of the second
 * @param activeResidentBytes the whole resident set of the first for an entry
 * @param backupResidentBytes the same of the second
 * @param wireBytes on the sync network, both ways, Ethernet headers included, for an entry
 * @param commitSeconds into an empty kernel table
 * @param committed entries in the backup's kernel table after it
 * @param secondCommitSeconds over the same entries again, seconds later
 */
record BurstFigures(
        double insertsPerSecond,
        long missing,
        double secondsToComplete,
        double activeCpuMicros,
        double backupCpuMicros,
        double secondCpuMicros,
        double thirdCpuMicros,
        double activeGrowthBytes,
        double backupGrowthBytes,
        double activeResidentBytes,
        double backupResidentBytes,
        double wireBytes,
        double commitSeconds,
        long committed,
        double secondCommitSeconds) {}
