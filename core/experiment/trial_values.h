// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/yaml_reader.h"

#include <string>
#include <vector>

namespace widthwise {

/// A value that a trial may get, and where the experiment's file says so.
struct TrialValue {
    Value value;
    YamlValue place;
    bool isDrawn = false; ///< from within a range: no single word of the file means it

    void addProblem(const std::string& message) const;
};

/// What trials may get for a parameter: both ends of a range, what a search draws from within it (some
/// hundred values of it at most), all choices. `place` is the parameter's in the file. Empty where file and
/// parameter disagree.
std::vector<TrialValue> trialValues(const Parameter& parameter, const SearchSettings& search,
                                    const YamlValue& place);

/// As the trainer reads it.
std::string toJson(const Value& value);

} // namespace widthwise
