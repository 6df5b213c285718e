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

    /** Edits (insert, remove, replace one character) between two words. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
