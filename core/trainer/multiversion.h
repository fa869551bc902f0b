// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Compiles a function for AVX-512, for AVX2 and for any x86-64; the loader picks the best that the machine
/// has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define WIDTHWISE_MULTIVERSION [[gnu::target_clones("arch=skylake-avx512", "arch=haswell", "default")]]
#else
#define WIDTHWISE_MULTIVERSION
#endif
