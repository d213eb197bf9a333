package org.autograd.dsl

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.net.URLClassLoader
import java.nio.file.Files
import java.nio.file.Path
import javax.tools.ToolProvider
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.createDirectories
import kotlin.io.path.deleteRecursively
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** Takes what the code of the pages prints, one entry for each call. */
object Printed {
    val lines = mutableListOf<String>()

    @JvmStatic
    fun println(value: Any?) {
        lines += value.toString().replace(Regex("\\s+"), " ")
    }
}

/** The blocks of one language on a page: one program, from top to bottom. */
private class Program(
    page: Path,
    private val language: String,
) {
    val name = page.name.removeSuffix(".md").replaceFirstChar(Char::uppercase) + language
    private val lines =
        Regex("```$language\n(.*?)```", RegexOption.DOT_MATCHES_ALL)
            .findAll(page.readText())
            .flatMap { it.groupValues[1].lines() }
            .toList()
    private val body = lines.filterNot { it.startsWith("import ") }.joinToString("\n")
    private val imports = lines.filter { it.startsWith("import ") }.distinct().joinToString("\n")
    val isEmpty = body.isBlank()

    /** What the page says that each call prints. */
    val prints = lines.filter { "println(" in it }.map { it.substringAfter("// ", "(nothing)") }

    /** A class with a static `run`; `println` goes to [Printed]. */
    val source =
        if (language == "java") {
            "$imports\nimport static org.autograd.dsl.Printed.println;\npublic class $name {\n" +
                "public static void run() throws Exception {\n" +
                body.replace("System.out.println(", "println(") + "\n}}\n"
        } else {
            "@file:JvmName(\"$name\")\n$imports\nimport org.autograd.dsl.Printed.println\n" +
                "fun run() = kotlinx.coroutines.runBlocking {\n$body\nUnit }\n"
        }
}

/** Compiles and runs the code on the guide pages; a comment behind a `println` is what it prints. */
@OptIn(ExperimentalPathApi::class)
class DocsSpec :
    FunSpec({
        val root = Path.of("..").toAbsolutePath().normalize()
        val pages =
            root
                .resolve(
                    "docs",
                ).listDirectoryEntries("*.md")
                .plusElement(root.resolve("README.md"))
        val classpath = System.getProperty("java.class.path")
        val folder = Files.createTempDirectory("docs")
        val classes = folder.resolve("classes").createDirectories()
        afterSpec { folder.deleteRecursively() }

        fun programs(language: String) =
            pages.map { Program(it, language) }.filterNot { it.isEmpty }

        fun runAll(programs: List<Program>) {
            URLClassLoader(arrayOf(classes.toUri().toURL()), Printed::class.java.classLoader).use {
                for (program in programs) {
                    Printed.lines.clear()
                    it.loadClass(program.name).getMethod("run").invoke(null)
                    withClue(program.name) {
                        Printed.lines.joinToString("\n") shouldBe
                            program.prints.joinToString("\n")
                    }
                }
            }
        }

        fun write(
            program: Program,
            extension: String,
        ) = folder
            .resolve(
                "${program.name}.$extension",
            ).also { it.writeText(program.source) }
            .toString()

        test("the Java code of the pages prints what they say") {
            val programs = programs("java").shouldNotBeEmpty()
            val messages = ByteArrayOutputStream()
            val options = arrayOf("-classpath", classpath, "-d", classes.toString())
            val files = programs.map { write(it, "java") }.toTypedArray()
            val code =
                ToolProvider.getSystemJavaCompiler().run(
                    null,
                    null,
                    messages,
                    *options,
                    *files,
                )
            withClue(messages) { code shouldBe 0 }
            runAll(programs)
        }

        test("the Kotlin code of the pages prints what they say") {
            val programs = programs("kotlin").shouldNotBeEmpty()
            for (program in programs) {
                val messages = ByteArrayOutputStream()
                val options = arrayOf("-no-stdlib", "-no-reflect", "-jvm-target", "21")
                val code =
                    K2JVMCompiler().exec(
                        PrintStream(messages),
                        *options,
                        "-classpath",
                        classpath,
                        "-d",
                        classes.toString(),
                        write(program, "kt"),
                    )
                withClue(messages) { code shouldBe ExitCode.OK }
            }
            runAll(programs)
        }
    })
