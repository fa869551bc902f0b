// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/standing.h"
#include "core/experiment/command.h"

#include <string>
#include <vector>

/// What may be asked of an experiment, or of one of its trials, in the state that it is in.
namespace widthwise {

/// What a person asks of an experiment.
enum class Request {
    Start, ///< for the first time, or on: after a pause, a stop, a failure or a lost driver
    Pause,
    Stop, ///< asked again while trials write their checkpoints, it kills them
    RetryFailed,
    AddTrials, ///< to one that has ended
    Change,    ///< of its text, once it was started
    Remove,
};

/// Whether something may be asked.
struct Permission {
    enum class Kind {
        Granted,
        Needless, ///< it is so already
        Refused,
    };
    Kind kind = Kind::Granted;
    /// Why not, as what follows the name of the experiment or the trial: "is paused already". Empty if
    /// granted.
    std::string why;

    bool isGranted() const { return kind == Kind::Granted; }
    bool operator==(const Permission&) const = default;
};

Permission permission(Request request, const Standing& standing);

/// `kind`: one of those that name a trial.
Permission permission(Command::Kind kind, const Trial& trial);

/// What Request::Start means, for the word on its button.
enum class Start { First, Resume, UndoStop };
Start startOf(const Standing& standing);

/// What the driver has to be told for Request::Start. Empty where it is enough that one drives.
std::vector<Command> startCommands(const Standing& standing);

/// A stop ends programs: a person is asked before.
bool stopEndsTrials(const Standing& standing);

} // namespace widthwise
