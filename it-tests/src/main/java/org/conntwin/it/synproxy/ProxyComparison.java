package org.conntwin.it.synproxy;

import java.util.List;

/**
 * Random conversations through the kernel's SYN proxy and through the userspace one: every segment that either sends or
 * lets through is compared, in all but cookie and clock, and the entry behind every step. Started within a namespace
 * that it may turn into a router. Exit code 0: both agree; 1: they do not.
 */
public final class ProxyComparison {
    private static final int REPORTED = 3;

    private ProxyComparison() {}

    /**
     * Compares.
     *
     * @param arguments how many conversations
     */
    public static void main(String[] arguments) {
        int conversations = Integer.parseInt(arguments[0]);
        int steps = 0;
        int differing = 0;
        try (KernelProxy kernel = new KernelProxy();
                UserspaceProxy userspace = new UserspaceProxy()) {
            for (int seed = 1; seed <= conversations; seed++) {
                List<String> expected = new Conversation(kernel, seed).run();
                List<String> got = new Conversation(userspace, seed).run();
                steps += expected.size();
                if (!expected.equals(got)) {
                    differing++;
                    if (differing <= REPORTED) {
                        report(seed, expected, got);
                    }
                }
            }
        }
        System.out.println(steps + " steps in " + conversations + " conversations compared, " + differing + " differ");
        System.exit(differing == 0 ? 0 : 1);
    }

    private static void report(int seed, List<String> expected, List<String> got) {
        System.out.println("conversation " + seed);
        for (int i = 0; i < Math.max(expected.size(), got.size()); i++) {
            String one = i < expected.size() ? expected.get(i) : "nothing";
            String other = i < got.size() ? got.get(i) : "nothing";
            System.out.println("  " + one);
            if (!one.equals(other)) {
                System.out.println("  userspace: " + other);
                return;
            }
        }
    }
}
