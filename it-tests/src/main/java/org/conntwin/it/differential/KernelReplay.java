package org.conntwin.it.differential;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.conntwin.tracker.text.EntryText;

/** Sends captures through the kernel and writes its answers beside one another. */
final class KernelReplay {
    private final KernelRouter router;

    KernelReplay(KernelRouter router) {
        this.router = router;
    }

    /** Replays each file at its own pace in an empty table; its answers go into {@code folder}. */
    void run(List<Path> files, Path folder) throws IOException {
        for (Path file : files) {
            String name = file.getFileName().toString().replaceFirst("\\.pcap$", "");
            answers(Pcap.read(file)).write(folder, name);
        }
    }

    private AnswerFiles answers(List<Pcap.Captured> records) {
        router.flush();
        List<Answer> answers = new ArrayList<>();
        List<String> events = new ArrayList<>();
        long start = System.nanoTime();
        for (Pcap.Captured record : records) {
            for (long left = 1; left > 0; left = start + record.nanos() - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            Answer answer = router.send(record.bytes());
            answers.add(answer);
            router.unasked().forEach(event -> events.add(event.text()));
            answer.events().forEach(event -> events.add(event.text()));
        }
        List<String> table = new ArrayList<>();
        router.table(entry -> table.add(EntryText.line(entry)));
        List<byte[]> packets = records.stream().map(Pcap.Captured::bytes).toList();
        return new AnswerFiles(AnswerFiles.packetLines(packets, answers), events, table);
    }
}
