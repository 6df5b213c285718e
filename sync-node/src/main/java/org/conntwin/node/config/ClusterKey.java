package org.conntwin.node.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The secret that the nodes of a cluster share: {@link #BYTES} random bytes. Never printed. Immutable, thread-safe.
 *
 * <p>Its file, readable by its owner alone, has comment lines starting with {@code #} and a line of base64, or up to
 * {@link #MOST}: the first is the key, the others are accepted beside it while the nodes change from one to another.
 */
public final class ClusterKey {
    /** Keys in one file. */
    public static final int MOST = 4;

    /** Length of a key in bytes. */
    public static final int BYTES = 32;

    private static final int MAX_FILE_BYTES = 4096;
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    private final List<byte[]> keys;

    private ClusterKey(List<byte[]> keys) {
        this.keys = keys;
    }

    /**
     * The secret itself.
     *
     * @return a fresh copy, {@link #BYTES} long
     */
    public byte[] bytes() {
        return keys.getFirst().clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof ClusterKey that) || that.keys.size() != keys.size()) {
            return false;
        }
        boolean same = true;
        for (int i = 0; i < keys.size(); i++) {
            same &= MessageDigest.isEqual(keys.get(i), that.keys.get(i));
        }
        return same;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keys.getFirst());
    }

    /** Which keys these are, by the first digits of their SHA-256, which tell nothing else of them. */
    @Override
    public String toString() {
        List<String> names = names();
        return "sealing with key " + names.getFirst()
                + (names.size() > 1
                        ? ", accepting " + String.join(", ", names.subList(1, names.size())) + " as well"
                        : "");
    }

    /** The first digits of the SHA-256 of each: of the one that seals, then of the others that are accepted. */
    public List<String> names() {
        return keys.stream().map(ClusterKey::name).toList();
    }

    private static String name(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The secret, and after it the others that are accepted; fresh copies. */
    public List<byte[]> all() {
        return keys.stream().map(byte[]::clone).toList();
    }

    /**
     * Reads a key file.
     *
     * @param file the file
     * @return the key
     * @throws KeyFileException with one clear line when the file is missing, open to others, or holds no key
     */
    public static ClusterKey read(Path file) throws KeyFileException {
        try {
            Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
            open.retainAll(OTHERS);
            if (!open.isEmpty()) {
                throw new KeyFileException(
                        "key file " + file + " is open to other users; run `chmod 600 " + file + "`");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return parse(new String(in.readNBytes(MAX_FILE_BYTES + 1), StandardCharsets.ISO_8859_1), file);
            }
        } catch (NoSuchFileException e) {
            throw new KeyFileException("key file " + file + " does not exist; make one with `conntwin keygen " + file
                    + "` and copy it to every node");
        } catch (AccessDeniedException e) {
            throw new KeyFileException("key file " + file + " cannot be read by this user; run as its owner");
        } catch (IOException e) {
            throw new KeyFileException("key file " + file + " cannot be read (" + e.getMessage() + ")");
        }
    }

    /**
     * Writes a new key with mode 0600. The file appears whole or not at all.
     *
     * @param file the file to make; must not exist
     * @throws KeyFileException with one clear line when it exists or cannot be written
     */
    public static void generate(Path file) throws KeyFileException {
        Path target = file.toAbsolutePath();
        byte[] secret = new byte[BYTES];
        byte[] suffix = new byte[6];
        SecureRandom random = new SecureRandom();
        random.nextBytes(secret);
        random.nextBytes(suffix);
        Path draft = target.resolveSibling(
                "." + target.getFileName() + "." + HexFormat.of().formatHex(suffix));
        try {
            try {
                write(draft, secret);
                // A link, unlike a rename, fails when the target exists: an older key is never overwritten.
                Files.createLink(target, draft);
            } finally {
                Files.deleteIfExists(draft);
                Arrays.fill(secret, (byte) 0);
            }
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException("key file " + file
                    + " exists already and is left as it is; remove it first or choose another name");
        } catch (NoSuchFileException e) {
            throw new KeyFileException(
                    "folder " + target.getParent() + " does not exist; make it first with `mkdir -p`");
        } catch (AccessDeniedException e) {
            throw new KeyFileException("folder " + target.getParent() + " cannot be written by this user");
        } catch (IOException | UnsupportedOperationException e) {
            throw new KeyFileException("key file " + file + " cannot be written (" + e.getMessage() + ")");
        }
    }

    private static void write(Path draft, byte[] secret) throws IOException {
        String text = "# conntwin cluster key: the same file on every node, readable by root alone\n"
                + Base64.getEncoder().encodeToString(secret) + "\n";
        try (FileChannel out = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
    }

    private static ClusterKey parse(String text, Path file) throws KeyFileException {
        List<String> lines = text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (text.length() <= MAX_FILE_BYTES && !lines.isEmpty() && lines.size() <= MOST) {
            try {
                List<byte[]> keys =
                        lines.stream().map(Base64.getDecoder()::decode).toList();
                if (keys.stream().allMatch(key -> key.length == BYTES)) {
                    return new ClusterKey(keys);
                }
            } catch (IllegalArgumentException e) {
                // Not base64: reported below, like a key of another length.
            }
        }
        if (text.length() <= MAX_FILE_BYTES && lines.size() > MOST) {
            throw new KeyFileException("key file " + file + " holds too many keys, " + lines.size() + " of " + MOST
                    + " at most; take out those that no node seals with any more");
        }
        throw new KeyFileException("key file " + file + " holds no key (a line of base64 each, " + BYTES + " bytes, "
                + MOST + " at most); make a new one with `conntwin keygen FILE`");
    }
}
