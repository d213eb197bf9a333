package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.newSingleThreadContext
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.autograd.AnomalyMode
import org.autograd.AutogradException
import org.autograd.Tensor
import org.autograd.Warnings
import java.util.concurrent.CopyOnWriteArrayList

@OptIn(
    kotlinx.coroutines.DelicateCoroutinesApi::class,
    kotlinx.coroutines.ExperimentalCoroutinesApi::class,
)
class AnomalySpec :
    FunSpec({
        val warnings = CopyOnWriteArrayList<String>()
        beforeTest {
            warnings.clear()
            Warnings.handler(warnings::add)
        }
        afterTest { Warnings.handler(null) }

        /** At 0 the root's derivative is infinite, and 0 times that is NaN. */
        fun nanInBackward(): Tensor {
            val x = Tensor.of(4.0, 0.0).requiresGrad_()
            return (x.sqrt() * Tensor.of(1.0, 0.0)).sum()
        }

        test("the block's result comes back and the mode is restored, with one warning") {
            val inside =
                detectAnomaly { AnomalyMode.isEnabled() to AnomalyMode.isCheckNanEnabled() }
            inside shouldBe (true to true)
            detectAnomaly(checkNan = false, checkInf = true) {
                AnomalyMode.isCheckNanEnabled() to AnomalyMode.isCheckInfEnabled()
            } shouldBe (false to true)
            AnomalyMode.isEnabled() shouldBe false
            warnings shouldHaveSize 2
            shouldThrow<IllegalStateException> { detectAnomaly { error("mine") } }
            AnomalyMode.isEnabled() shouldBe false
        }

        test("the report names the Kotlin line and no line of the library") {
            shouldThrow<AutogradException> {
                detectAnomaly { nanInBackward().backward() }
            }.message shouldContain "SqrtBackward0"
            warnings.last() shouldContain "AnomalySpec.kt:"
            warnings.last() shouldNotContain "org.autograd.formula"
            warnings.last() shouldNotContain "AnomalyKt"
        }

        test("the mode follows its coroutine from thread to thread and no other one sees it") {
            newSingleThreadContext("other").use { other ->
                withContext(DetectAnomaly()) {
                    AnomalyMode.isEnabled() shouldBe true
                    withContext(other) { AnomalyMode.isEnabled() shouldBe true }
                    yield()
                    AnomalyMode.isEnabled() shouldBe true
                    async(Dispatchers.Default) { nanInBackward().gradFn().creationSite() != null }
                        .await() shouldBe true
                }
                AnomalyMode.isEnabled() shouldBe false
                withContext(other) { nanInBackward().gradFn().creationSite().shouldBeNull() }
            }
        }

        test("a suspending pass checks and reports on its workers") {
            val loss = withContext(DetectAnomaly()) { nanInBackward() }
            shouldThrow<AutogradException> {
                withContext(Dispatchers.Default + DetectAnomaly()) { backward(loss) }
            }.message shouldContain "SqrtBackward0"
            warnings.last() shouldContain "AnomalySpec.kt:"
        }
    })
