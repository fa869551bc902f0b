// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace widthwise::trainer {

/// What kernels are compiled for: any processor, and x86-64 with AVX2 or AVX-512.
enum class InstructionSet { Baseline, Avx2, Avx512 };

/// Those that this machine has, the best last.
std::vector<InstructionSet> instructionSets();

/// What kernels use: the best, until `useInstructionSet` says otherwise, as a test of each does.
InstructionSet instructionSet();
void useInstructionSet(InstructionSet set);

#if defined(__x86_64__) && defined(__GNUC__)
template <auto kernel, typename... Arguments>
[[gnu::target("avx2,fma,bmi,bmi2")]] void runAvx2(Arguments... arguments)
{
    kernel(arguments...);
}
template <auto kernel, typename... Arguments>
[[gnu::target("avx512f,avx512vl,avx512bw,avx512dq,avx512cd,avx2,fma,bmi,bmi2")]] void
runAvx512(Arguments... arguments)
{
    kernel(arguments...);
}
#endif

/// Calls `kernel` in the version for the instruction set in use. It and all that it calls in its loops have
/// to be always_inline: what is not is compiled once, for any processor.
template <auto kernel, typename... Arguments>
void dispatch(Arguments... arguments)
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (instructionSet() == InstructionSet::Avx512) {
        return runAvx512<kernel>(arguments...);
    }
    if (instructionSet() == InstructionSet::Avx2) {
        return runAvx2<kernel>(arguments...);
    }
#endif
    kernel(arguments...);
}

} // namespace widthwise::trainer
