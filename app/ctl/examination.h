// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace widthwise::ctl {

enum class Verdict {
    Good,
    Warning, ///< something works worse, or not at all, that one can do without
    Bad,     ///< nothing runs without it
};

struct Finding {
    std::string what;
    Verdict verdict;
    std::string found;
    std::string mend; ///< what to do about it; empty where nothing is to be done
};

/// Looks at this machine with this store: takes a second or two where the trainer measures its speed.
std::vector<Finding> examine(const std::string& storeFile);

/// What `widthwise-trainer info --json` says, judged. Throws std::invalid_argument for text that is not that.
std::vector<Finding> judgeTrainer(const std::string& json);

} // namespace widthwise::ctl
