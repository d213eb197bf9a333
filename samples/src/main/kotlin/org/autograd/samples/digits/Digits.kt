package org.autograd.samples.digits

import kotlinx.coroutines.runBlocking
import org.autograd.Generator
import org.autograd.Tensor
import org.autograd.dsl.backward
import org.autograd.dsl.plus
import org.autograd.dsl.times
import org.autograd.dsl.withNoGrad
import java.nio.file.Path
import java.util.Locale
import kotlin.math.PI
import kotlin.math.cos
import kotlin.math.sqrt

private const val HIDDEN = 256
private const val EPOCHS = 40
private const val DROPOUT = 0.3
private const val RATE = 0.05
private const val BATCH = 32L
private const val SEED = 7L

/** Two dense layers with a rectifier and dropout between them. */
private class Network {
    private val w1 = weight(DigitsData.PIXELS, HIDDEN)
    private val b1 = Tensor.zeros(HIDDEN.toLong()).requiresGrad_()
    private val w2 = weight(HIDDEN, DigitsData.CLASSES)
    private val b2 = Tensor.zeros(DigitsData.CLASSES.toLong()).requiresGrad_()

    val parameters = listOf(w1, b1, w2, b2)

    operator fun invoke(
        images: Tensor,
        training: Boolean = false,
    ): Tensor = (images.matmul(w1) + b1).relu().dropout(DROPOUT, training).matmul(w2) + b2

    /** He initialisation: normal with variance 2 / inputs. */
    private fun weight(
        inputs: Int,
        outputs: Int,
    ): Tensor =
        (Tensor.randn(inputs.toLong(), outputs.toLong()) * sqrt(2.0 / inputs)).requiresGrad_()
}

/** Stochastic gradient descent with momentum (Sutskever et al., 2013, in the form without Nesterov's correction). */
private class Momentum(
    private val parameters: List<Tensor>,
    private val momentum: Double = 0.9,
) {
    private val velocities = parameters.map { Tensor.zerosLike(it) }

    /** Moves the parameters against their gradients and resets these. */
    fun step(rate: Double) =
        withNoGrad {
            parameters.zip(velocities) { p, v ->
                v.mul_(momentum).add_(p.grad())
                p.sub_(v * rate)
                p.setGrad(null)
            }
        }
}

/** Learns to read handwritten digits: 64 pixels, 256 hidden units of which 30 % rest at a time, 10 classes. */
fun main() =
    runBlocking {
        val start = System.nanoTime()
        Generator.defaultGenerator().manualSeed(SEED)
        val data = DigitsData.load(SEED)
        val net = Network()
        TrainingLog(EPOCHS).use { log ->
            train(net, data, log)
            log.close()
            val predictions = withNoGrad { net(data.testImages).argmax(1) }
            val report = DigitsReport(data.testImages, data.testLabels, predictions)
            println(report.confusionMatrix())
            println(
                "held-out accuracy %.2f %% on %d digits, %.1f s".format(
                    Locale.ROOT,
                    100 * report.accuracy(),
                    data.testLabels.numel(),
                    (System.nanoTime() - start) / 1e9,
                ),
            )
            report.writeCharts(Path.of("target", "digits"), log).forEach {
                println("wrote ${it.toAbsolutePath()}")
            }
        }
    }

private suspend fun train(
    net: Network,
    data: DigitsData,
    log: TrainingLog,
) {
    val optimizer = Momentum(net.parameters)
    val n = data.trainLabels.numel()
    repeat(EPOCHS) { epoch ->
        val rate = RATE * (1 + cos(PI * epoch / EPOCHS)) / 2
        val order = Tensor.randperm(n)
        var sum = 0.0
        for (at in 0 until n step BATCH) {
            val rows = order.narrow(0, at, minOf(BATCH, n - at))
            val images = data.trainImages.indexSelect(0, rows)
            val loss =
                net(
                    images,
                    training = true,
                ).crossEntropy(data.trainLabels.indexSelect(0, rows))
            backward(loss)
            optimizer.step(rate)
            sum += loss.item() * rows.numel()
        }
        val held = withNoGrad { net(data.testImages) }
        val right =
            held
                .argmax(1)
                .eq(data.testLabels)
                .sum()
                .item()
        log.epoch(
            sum / n,
            held.crossEntropy(data.testLabels).item(),
            right / data.testLabels.numel(),
        )
    }
}
