package org.autograd.samples.digits

/** Trains a small network on handwritten digits. */
fun main() {
    println("digits (Kotlin) on Java ${Runtime.version().feature()}")
}
