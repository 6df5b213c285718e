package org.conntwin.it.differential;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.conntwin.it.differential.trace.Trace;
import org.conntwin.it.lab.Lab;
import org.conntwin.it.lab.LabException;
import org.conntwin.it.lab.Product;
import org.conntwin.it.lab.Programs;
import org.conntwin.tracker.model.Family;

/**
 * Random traces through the real kernel and through the userspace tracker: every packet's verdict, state, direction and
 * events, every entry behind every packet, and the tables at the end are compared. Timers run by two clocks, so a trace
 * that differs is run once more before it counts. Exit code 0: both agree; 1: they do not, or cannot be compared; 2: the
 * arguments are wrong. Needs root.
 *
 * <p>Started without {@code --inside} it makes a namespace and starts itself in there.
 */
public final class Differential {
    /** The argument that says that this process is in a namespace which it may turn into a router. */
    public static final String INSIDE = "--inside";

    private static final int REPORTED = 5;
    private static final int CONTEXT = 8;
    private static final long PROGRESS_NANOS = 5_000_000_000L;

    private final Options options;
    private final Course course;
    private final List<Trace> differing = new ArrayList<>();
    private int traces;
    private int packets;
    private int differences;
    private long told = System.nanoTime();

    private Differential(Options options, KernelRouter router) {
        this.options = options;
        this.course = new Course(router);
    }

    /** See {@link Options#USAGE}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = List.of(arguments);
        boolean inside = !words.isEmpty() && words.getFirst().equals(INSIDE);
        Options options;
        try {
            options = Options.of(inside ? words.subList(1, words.size()) : words);
        } catch (LabException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        try {
            System.exit(inside ? compare(options) : enter(arguments));
        } catch (LabException e) {
            System.err.println("Differential: " + e.getMessage());
            System.exit(1);
        }
    }

    private static int enter(String[] arguments) throws IOException, InterruptedException {
        String[] all = new String[arguments.length + 1];
        all[0] = INSIDE;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        List<String> words = Programs.command(Product.ofThisBuild(), Differential.class, all);
        try (Lab lab = Lab.open()) {
            Process process = new ProcessBuilder(
                            lab.namespace("router").command(words).words())
                    .inheritIO()
                    .start();
            lab.own(process::destroy);
            return process.waitFor();
        }
    }

    private static int compare(Options options) throws IOException {
        try (KernelRouter router = new KernelRouter()) {
            Files.createDirectories(options.folder());
            if (!options.captures().isEmpty()) {
                new KernelReplay(router).run(options.captures(), options.folder());
                return 0;
            }
            return new Differential(options, router).run() ? 0 : 1;
        }
    }

    private boolean run() {
        System.out.printf(
                Locale.ROOT,
                "seeds %d to %d of %s%n",
                options.first(),
                options.last(),
                String.join(
                        ", ", options.kinds().stream().map(kind -> kind.text()).toList()));
        course.run(traces(), this::first);
        if (!differing.isEmpty()) {
            System.out.println(differing.size() + " traces differ; once more");
            course.run(List.copyOf(differing).iterator(), this::again);
        }
        System.out.printf(
                Locale.ROOT, "%d packets in %d traces compared, %d traces differ%n", packets, traces, differences);
        return differences == 0;
    }

    private Iterator<Trace> traces() {
        boolean six = KernelRouter.hasIpv6();
        if (!six) {
            System.out.println("no IPv6 in this kernel: traces of IPv6 are left out");
        }
        return IntStream.rangeClosed(options.first(), options.last())
                .boxed()
                .flatMap(seed -> options.kinds().stream().map(kind -> kind.trace(seed)))
                .filter(trace -> !trace.steps().isEmpty() && (six || trace.family() == Family.IPV4))
                .iterator();
    }

    private void first(TraceRun run) {
        traces++;
        packets += run.done();
        if (!run.differences().isEmpty()) {
            differing.add(run.trace());
        } else if (options.all()) {
            write(run);
        }
        if (System.nanoTime() - told > PROGRESS_NANOS) {
            told = System.nanoTime();
            System.out.printf(
                    Locale.ROOT, "%d packets, %d traces, %d to be run again%n", packets, traces, differing.size());
        }
    }

    private void again(TraceRun run) {
        if (run.differences().isEmpty()) {
            System.out.println(run.trace().name() + ": the same the second time, hence a matter of timing");
            return;
        }
        differences++;
        write(run);
        if (differences <= REPORTED) {
            System.out.println(run.report(CONTEXT));
        } else {
            System.out.println(run.trace().name() + " differs, too");
        }
    }

    private void write(TraceRun run) {
        try {
            Pcap.write(options.folder().resolve(run.trace().name() + ".pcap"), run.capture());
            run.answers().write(options.folder(), run.trace().name());
        } catch (IOException e) {
            throw new LabException("cannot write the trace " + run.trace().name(), e);
        }
    }
}
