package org.autograd.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import kotlin.coroutines.Continuation
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.deleteRecursively
import kotlin.io.path.writeText

class SignaturesSpec :
    FunSpec({
        /** Compiles the body of a suspending function and returns how that ended, with messages. */
        @OptIn(ExperimentalPathApi::class)
        fun compile(body: String): Pair<ExitCode, String> {
            val folder = Files.createTempDirectory("signatures")
            val messages = ByteArrayOutputStream()
            try {
                val source = folder.resolve("Source.kt")
                source.writeText(
                    """
                    import kotlinx.coroutines.*
                    import org.autograd.dsl.*
                    suspend fun body() { $body }
                    """.trimIndent(),
                )
                val code =
                    K2JVMCompiler().exec(
                        PrintStream(messages),
                        "-no-stdlib",
                        "-no-reflect",
                        "-jvm-target",
                        "21",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.resolve("classes").toString(),
                        source.toString(),
                    )
                return code to messages.toString()
            } finally {
                folder.deleteRecursively()
            }
        }

        test("the block of a blocking scope cannot suspend") {
            for (scope in listOf(
                "withNoGrad { yield() }",
                "withGrad { yield() }",
                "withGradEnabled(true) { yield() }",
                "dualLevel { yield() }",
                "withForwardGradEnabled(true) { yield() }",
                "vmap { x -> yield(); x }",
                "grad { x -> yield(); x }",
            )) {
                val (code, messages) = compile(scope)
                code shouldBe ExitCode.COMPILATION_ERROR
                messages shouldContain "uspen"
            }
        }

        test("the block of withContext can") {
            val (code, messages) = compile("withContext(NoGrad) { yield(); withNoGrad { } }")
            messages.lines().filter { it.contains("error:") }.shouldBeEmpty()
            code shouldBe ExitCode.OK
        }

        test("a dual of an outer level asks for its name inside an inner one") {
            val (code, messages) =
                compile(
                    "val t = tensorOf(1.0); dualLevel outer@{ dualLevel { this@outer.makeDual(t, t).tangent } }",
                )
            messages.lines().filter { it.contains("error:") }.shouldBeEmpty()
            code shouldBe ExitCode.OK
        }

        test("Java sees no continuation") {
            for (file in listOf("Passes", "ForwardModeKt")) {
                val takingContinuations =
                    Class.forName("org.autograd.dsl.$file").methods.filter { method ->
                        method.parameterTypes.any { it == Continuation::class.java }
                    }
                takingContinuations.shouldNotBeEmpty()
                takingContinuations.filterNot { it.isSynthetic }.shouldBeEmpty()
            }
        }
    })
