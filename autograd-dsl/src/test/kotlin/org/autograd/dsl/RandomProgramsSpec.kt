package org.autograd.dsl

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import org.autograd.Warnings
import org.autograd.engine.BackwardScheduler
import org.autograd.engine.CallingThreadScheduler
import org.autograd.fuzz.RandomPrograms

class RandomProgramsSpec :
    FunSpec({
        val warnings = Warnings.handler()
        beforeSpec { Warnings.handler { } }
        afterSpec { Warnings.handler(warnings) }

        /** Seeds of programs with small tensors that have second derivatives. */
        fun programs(): List<RandomPrograms.Run> =
            (1L..400L).filter { RandomPrograms.isSmall(it) }.map { RandomPrograms.program(it) }

        fun RandomPrograms.Run.bits(scheduler: BackwardScheduler): List<Long>? =
            withScheduler(scheduler) {
                try {
                    derivatives()
                } catch (_: UnsupportedOperationException) {
                    null
                }
            }

        test("random programs have the calling thread's bits under other schedulers") {
            for ((i, program) in programs().withIndex()) {
                val expected = program.bits(CallingThreadScheduler.INSTANCE)
                withClue(program.text()) {
                    program.bits(CoroutineScheduler(Dispatchers.Default, 4)) shouldBe expected
                    program.bits(RandomOrderScheduler(i.toLong(), 2)) shouldBe expected
                }
            }
        }
    })
