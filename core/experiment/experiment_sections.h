// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/yaml_reader.h"

namespace widthwise {

// How the sections of an experiment file are read. Problems are added to the value's list; what could not be
// read keeps its default.

SearchSpace readSpace(const YamlValue& section);
TrialTemplate readTrial(const YamlValue& section);

/// What can only be seen of the whole: placeholders that name no parameter, names that are taken, a search
/// without an end.
void checkExperiment(const Experiment& experiment, const YamlMap& root);
/// Rungs that the trial's length does not allow, and a fidelity that is no setting.
void checkSchedule(const Experiment& experiment, const YamlMap& root);

} // namespace widthwise
