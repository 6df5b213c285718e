import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Brings the classes of a folder's jars up to a class file version that a cache of loaded classes takes. It takes none
 * from before Java 6, as those are verified without stack maps; picocli is of that time, and half of a command's start
 * went into reading it. The code stays as it is.
 *
 * <p>Usage: {@code java CurrentClasses.java FOLDER}
 */
final class CurrentClasses {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;
    private static final int CURRENT = ClassFile.JAVA_8_VERSION;

    private CurrentClasses() {}

    public static void main(String[] arguments) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (Path jar : jars) {
            if (old(jar)) {
                rewrite(jar);
            }
        }
    }

    private static boolean isClass(ZipEntry entry) {
        return entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class");
    }

    /** Bytes 6 and 7 of a class file are its version. */
    private static boolean old(byte[] file) {
        return ((file[6] & 0xff) << 8 | file[7] & 0xff) < FIRST_WITH_STACK_MAPS;
    }

    private static boolean old(Path jar) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile())) {
            return in.stream().filter(CurrentClasses::isClass).anyMatch(entry -> old(bytes(in, entry)));
        }
    }

    private static byte[] bytes(ZipFile jar, ZipEntry entry) {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void rewrite(Path jar) throws IOException {
        Path draft = jar.resolveSibling(jar.getFileName() + ".new");
        try (URLClassLoader own = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                ZipFile in = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(draft);
                ZipOutputStream out = new ZipOutputStream(file)) {
            ClassFile format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(own)));
            for (ZipEntry entry : Collections.list(in.entries())) {
                byte[] content = bytes(in, entry);
                ZipEntry same = new ZipEntry(entry.getName());
                same.setTime(entry.getTime());
                out.putNextEntry(same);
                out.write(isClass(entry) && old(content) ? current(format, content) : content);
                out.closeEntry();
            }
        }
        Files.move(draft, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Each method body is passed on instruction by instruction: one that is copied whole gets no stack map. */
    private static byte[] current(ClassFile format, byte[] file) {
        ClassModel model = format.parse(file);
        ClassTransform bodies = ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
        return format.transformClass(
                model, bodies.andThen(ClassTransform.endHandler(builder -> builder.withVersion(CURRENT, 0))));
    }
}
