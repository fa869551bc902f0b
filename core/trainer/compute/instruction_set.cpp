// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/instruction_set.h"

namespace widthwise::trainer {

namespace {

InstructionSet& inUse()
{
    static InstructionSet set = instructionSets().back();
    return set;
}

} // namespace

std::vector<InstructionSet> instructionSets()
{
    std::vector<InstructionSet> sets{InstructionSet::Baseline};
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")) {
        sets.push_back(InstructionSet::Avx2);
    }
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512cd")) {
        sets.push_back(InstructionSet::Avx512);
    }
#endif
    return sets;
}

InstructionSet instructionSet()
{
    return inUse();
}

void useInstructionSet(InstructionSet set)
{
    inUse() = set;
}

} // namespace widthwise::trainer
