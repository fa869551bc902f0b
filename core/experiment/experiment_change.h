// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "core/experiment/trial.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What may be changed of an experiment that was started.
namespace widthwise {

/// One thing that differs.
struct Difference {
    std::vector<std::string> path; ///< keys of the file, from the top down
    std::string text;              ///< "space.max_lr.high: 0.1 → 0.3"
    std::string refusal;           ///< why it cannot be changed, and what to do instead; empty where it can
};

/// What differs between two experiments. What makes new trials another thing than those that there are is
/// refused: the program and its fixed values, what is measured, a parameter that comes, goes or changes its
/// type. Bounds, choices, search, scheduler, budget and how many run at a time may change.
std::vector<Difference> differences(const Experiment& before, const Experiment& after);

/// What a text for a started experiment means.
struct ChangeReading {
    std::optional<Experiment> experiment; ///< under the name of the one before; empty with problems
    std::vector<std::string> changes;     ///< what differs, a line each
    std::vector<FileProblem> problems;    ///< of the text itself, or of what cannot be changed
};

/// `before`: the text that the experiment has.
ChangeReading readChange(std::string_view before, std::string_view after);

/// A change that was carried out.
struct RecordedChange {
    TimePoint time{};
    std::vector<std::string> texts;
    bool operator==(const RecordedChange&) const = default;
};

/// As the store keeps them, oldest first; empty text: none.
std::string toJson(const std::vector<RecordedChange>& changes);
/// What is damaged is left out, as a note that cannot be read keeps nobody from the experiment.
std::vector<RecordedChange> changesFromJson(std::string_view json);

} // namespace widthwise
