// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace widthwise::bench {

/// CPU seconds of this process so far; a busy machine does not lengthen them.
double cpuSeconds();

/// The numbers that `command` prints; empty where it fails.
std::vector<double> numbersOf(const std::string& command);

/// CPU seconds of `command`, from its start to its end. Throws where it fails.
double cpuSecondsOf(const std::string& command);

/// A script of tests/bench/peers with its arguments, one thread, OpenBLAS with the kernels `core` (its own
/// choice where empty: on a processor that it does not know, it chooses badly). The environment variable
/// PYTHON names another Python than the system's.
std::string pythonPeer(const std::string& script, const std::vector<std::string>& arguments,
                       const std::string& core = {});

} // namespace widthwise::bench
