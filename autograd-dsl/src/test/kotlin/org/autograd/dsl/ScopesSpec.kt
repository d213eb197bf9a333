package org.autograd.dsl

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import org.autograd.GradMode

class ScopesSpec :
    FunSpec({
        test("a scope returns what its block returns") {
            withNoGrad { 3 } shouldBe 3
            val x: Int
            withGrad { x = 4 }
            x shouldBe 4
        }

        test("scopes nest and restore") {
            withNoGrad {
                GradMode.isEnabled() shouldBe false
                withGrad {
                    GradMode.isEnabled() shouldBe true
                    withGradEnabled(false) { GradMode.isEnabled() shouldBe false }
                    GradMode.isEnabled() shouldBe true
                }
                GradMode.isEnabled() shouldBe false
            }
            GradMode.isEnabled() shouldBe true
        }

        test("a scope restores the mode when its block throws") {
            shouldThrow<IllegalStateException> { withNoGrad { error("thrown") } }
            GradMode.isEnabled() shouldBe true
        }

        test("results under withNoGrad have no history") {
            val x = tensorOf(1.0, 2.0).requiresGrad_()
            withNoGrad { x * 2 }.requiresGrad shouldBe false
            withNoGrad { withGrad { x * 2 } }.requiresGrad shouldBe true
        }
    })
