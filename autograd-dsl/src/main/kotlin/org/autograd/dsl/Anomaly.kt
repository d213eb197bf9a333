package org.autograd.dsl

import org.autograd.AnomalyMode
import org.autograd.AnomalyOptions
import org.autograd.Warnings
import org.autograd.mode.Anomaly
import org.autograd.mode.Mode
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract

/**
 * Runs a block with anomaly detection on for the calling thread and returns its result, see
 * [AnomalyMode]. Warns that it is slow.
 *
 * The block cannot suspend; suspending code uses `withContext(DetectAnomaly()) { }`.
 *
 * @param checkNan whether NaN in what a node returns is an error
 * @param checkInf whether an infinite value in what a node returns is an error
 */
@OptIn(ExperimentalContracts::class)
public inline fun <T> detectAnomaly(
    checkNan: Boolean = true,
    checkInf: Boolean = false,
    crossinline block: () -> T,
): T {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    val scope = AnomalyMode.detectAnomaly(AnomalyOptions(checkNan, checkInf))
    try {
        return block()
    } finally {
        scope.close()
    }
}

/**
 * Switches anomaly detection on: `withContext(DetectAnomaly()) { }`, see [ModeContext] and
 * [AnomalyMode]. Making one warns that it is slow.
 *
 * @property checkNan whether NaN in what a node returns is an error
 * @property checkInf whether an infinite value in what a node returns is an error
 */
public data class DetectAnomaly(
    val checkNan: Boolean = true,
    val checkInf: Boolean = false,
) : ModeContext() {
    init {
        Warnings.warn(Anomaly.SLOW)
    }

    override fun change(found: Mode): Mode = Anomaly.with(found, Anomaly(true, checkNan, checkInf))
}
