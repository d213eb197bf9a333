package org.autograd.dsl

import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.autograd.GradMode
import org.autograd.InferenceMode
import org.autograd.Tensor

class InferenceSpec :
    StringSpec({
        "the blocking scope makes inference tensors and restores the mode" {
            val x = inferenceMode { Tensor.of(1.0) }
            x.isInference shouldBe true
            InferenceMode.isEnabled() shouldBe false
            GradMode.isEnabled() shouldBe true
            runCatching { inferenceMode { error("inside") } }
            InferenceMode.isEnabled() shouldBe false
        }

        "the context element follows its coroutine from thread to thread" {
            withContext(Inference) {
                InferenceMode.isEnabled() shouldBe true
                withContext(Dispatchers.IO) {
                    yield()
                    InferenceMode.isEnabled() shouldBe true
                    Tensor.of(1.0).isInference shouldBe true
                }
            }
            InferenceMode.isEnabled() shouldBe false
        }
    })
