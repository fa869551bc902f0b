// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/trial_notices.h"

#include <map>

namespace widthwise {

std::vector<std::string> noticeTexts(std::span<const Trial> trials)
{
    struct Sum {
        int first = 0;
        int trials = 0;
        Notice notice;
    };
    std::map<Notice::Kind, Sum> sums;
    for (const Trial& trial : trials)
        for (const Notice& notice : trial.notices) {
            Sum& sum = sums.try_emplace(notice.kind, Sum{trial.number, 0, notice}).first->second;
            sum.notice.count += sum.trials++ > 0 ? notice.count : 0;
        }
    std::vector<std::string> texts;
    for (const auto& [kind, sum] : sums)
        texts.push_back((sum.trials > 1 ? std::to_string(sum.trials) + " trials, the first is " : "") +
                        "trial " + std::to_string(sum.first) + ": " + toText(sum.notice));
    return texts;
}

} // namespace widthwise
