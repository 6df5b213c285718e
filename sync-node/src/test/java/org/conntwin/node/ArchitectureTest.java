package org.conntwin.node;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** The rules of the architecture that a compiler does not check, over all modules below the node and itself. */
@AnalyzeClasses(
        packages = "org.conntwin",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
final class ArchitectureTest {
    private static final DescribedPredicate<JavaClass> GENERATED =
            DescribedPredicate.describe("generated from the schema", javaClass -> {
                String name = javaClass.getName();
                return name.startsWith("org.conntwin.proto.SyncProto");
            });

    @ArchTest
    static final ArchRule THE_MODEL_DEPENDS_ON_NOTHING = classes()
            .that()
            .resideInAPackage("org.conntwin.tracker.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("org.conntwin.tracker.model..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule THE_TRACKER_NEEDS_THE_JDK_ONLY = classes()
            .that()
            .resideInAPackage("org.conntwin.tracker..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("org.conntwin.tracker..", "java..", "javax.crypto..", "org.jspecify..");

    @ArchTest
    static final ArchRule THE_PROTOCOL_KNOWS_OF_THE_TRACKER_THE_MODEL_ONLY = noClasses()
            .that()
            .resideInAPackage("org.conntwin.proto..")
            .should()
            .dependOnClassesThat(are(resideInAPackage("org.conntwin..")
                    .and(DescribedPredicate.not(
                            resideInAnyPackage("org.conntwin.proto..", "org.conntwin.tracker.model..")))));

    @ArchTest
    static final ArchRule THE_INJECTOR_NEEDS_THE_TRACKER_ONLY = classes()
            .that()
            .resideInAPackage("org.conntwin.injector..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("org.conntwin.injector..", "org.conntwin.tracker..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule THE_USERSPACE_TRACKER_POINTS_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("packet")
            .definedBy("org.conntwin.tracker.userspace.packet..")
            .layer("flow")
            .definedBy("org.conntwin.tracker.userspace.flow..")
            .layer("rules")
            .definedBy(
                    "org.conntwin.tracker.userspace.protocol..",
                    "org.conntwin.tracker.userspace.tcp..",
                    "org.conntwin.tracker.userspace.expect..",
                    "org.conntwin.tracker.userspace.helper..")
            .layer("track")
            .definedBy("org.conntwin.tracker.userspace.track..")
            .layer("table")
            .definedBy("org.conntwin.tracker.userspace")
            .layer("live")
            .definedBy("org.conntwin.tracker.userspace.live..")
            .layer("capture")
            .definedBy("org.conntwin.tracker.userspace.capture..")
            .layer("replay")
            .definedBy("org.conntwin.tracker.userspace.replay..")
            .whereLayer("replay")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("capture")
            .mayOnlyBeAccessedByLayers("replay")
            .whereLayer("live")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("table")
            .mayOnlyBeAccessedByLayers("live")
            .whereLayer("track")
            .mayOnlyBeAccessedByLayers("table", "replay", "live")
            .whereLayer("rules")
            .mayOnlyBeAccessedByLayers("track", "table", "replay")
            .whereLayer("flow")
            .mayOnlyBeAccessedByLayers("rules", "track", "table", "replay", "live");

    @ArchTest
    static final ArchRule THE_TWO_TABLES_DO_NOT_KNOW_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("org.conntwin.tracker.userspace..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.conntwin.tracker.kernel..",
                    "org.conntwin.tracker.ctnetlink..",
                    "org.conntwin.tracker.netlink..");

    @ArchTest
    static final ArchRule FOREIGN_MEMORY_ONLY_WHERE_THE_SOCKET_IS = only("java.lang.foreign..", "..netlink.ffi..");

    @ArchTest
    static final ArchRule JGROUPS_ONLY_IN_THE_CHANNEL = only("org.jgroups..", "org.conntwin.node.channel..");

    @ArchTest
    static final ArchRule PROTOBUF_ONLY_IN_THE_PROTOCOL = only("com.google.protobuf..", "org.conntwin.proto..");

    @ArchTest
    static final ArchRule GENERATED_TYPES_ONLY_IN_THE_PROTOCOL = noClasses()
            .that()
            .resideOutsideOfPackage("org.conntwin.proto..")
            .should()
            .dependOnClassesThat(are(GENERATED));

    @ArchTest
    static final ArchRule NETTY_ONLY_AT_THE_SERVERS =
            only("io.netty..", "org.conntwin.node.control..", "org.conntwin.node.http..");

    @ArchTest
    static final ArchRule PICOCLI_ONLY_IN_THE_COMMAND_LINE = only("picocli..", "org.conntwin.node.cli..");

    @ArchTest
    static final ArchRule YAML_ONLY_IN_THE_CONFIGURATION = only("org.snakeyaml..", "org.conntwin.node.config..");

    @ArchTest
    static final ArchRule JSON_ONLY_WHERE_IT_IS_PRINTED_OR_READ =
            only("com.fasterxml..", "org.conntwin.node.command..", "org.conntwin.node.demo..");

    @ArchTest
    static final ArchRule SETTINGS_OF_THE_JVM_ONLY_AT_THE_EDGES = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "org.conntwin.node.cli..", "org.conntwin.node.config..", "org.conntwin.node.demo..")
            .should()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class, String.class);

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("org.conntwin.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS = noClasses()
            .that(are(DescribedPredicate.not(GENERATED)))
            .should()
            .haveNameMatching(".*(Manager|Impl|Utils?)$");

    @ArchTest
    static final ArchRule STATIC_FIELDS_NEVER_CHANGE = classes()
            .that(are(DescribedPredicate.not(GENERATED)))
            .should(new ArchCondition<>("have no static field that is not final") {
                @Override
                public void check(JavaClass javaClass, ConditionEvents events) {
                    javaClass.getFields().stream()
                            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                                    && !field.getModifiers().contains(JavaModifier.FINAL))
                            .forEach(field -> events.add(
                                    SimpleConditionEvent.violated(field, field.getFullName() + " can be changed")));
                }
            });

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes()
            .should(new ArchCondition<>("be in a package whose package-info is @NullMarked") {
                private final Set<String> seen = new HashSet<>();

                @Override
                public void check(JavaClass javaClass, ConditionEvents events) {
                    JavaPackage javaPackage = javaClass.getPackage();
                    if (seen.add(javaPackage.getName()) && !javaPackage.isAnnotatedWith(NullMarked.class)) {
                        events.add(SimpleConditionEvent.violated(
                                javaClass, javaPackage.getName() + " has no package-info with @NullMarked"));
                    }
                }
            });

    /** What other modules lend to tests is no part of the system. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static ArchRule only(String library, String... where) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(where)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .as(library + " only in " + String.join(", ", where));
    }
}
