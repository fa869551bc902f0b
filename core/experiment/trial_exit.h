// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// How the program of a trial ended.
struct TrialExit {
    enum class Kind {
        Succeeded, ///< exit code 0
        Failed,    ///< exit code or signal
        Lost, ///< its processes vanished without an exit code: node lost, killed wrapper, machine restarted
        Unstarted,   ///< it could not be started at all
        Interrupted, ///< its machine was taken away (time limit of a queue, preemption, node failure)
    };
    Kind kind = Kind::Succeeded;
    std::string reason; ///< plain words for all but Succeeded
    bool operator==(const TrialExit&) const = default;
};

} // namespace widthwise
