package org.conntwin.node.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known word that a mistyped one most likely stands for. */
final class Nearest {
    private static final int LONGEST_WORD = 40;

    private Nearest() {}

    /** The nearest of the words, or null when none is near. */
    static @Nullable String of(String word, Collection<String> words) {
        if (word.length() > LONGEST_WORD) {
            return null;
        }
        String plain = word.toLowerCase(Locale.ROOT).replace('_', '-');
        String best = null;
        int bestDistance = (word.length() < 4 ? 1 : Math.max(2, word.length() / 3)) + 1;
        for (String candidate : words) {
            int distance = distance(plain, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Edits between two words: insert, remove or replace one character, or swap two neighbours. */
    private static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int step(int[][] edits, String a, String b, int i, int j) {
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
    }
}
