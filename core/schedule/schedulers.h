// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/scheduler.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What everybody may know of a scheduler: file, form, help and documentation read it.
struct SchedulerDescription {
    using Make = std::unique_ptr<Scheduler> (*)(const SchedulerSettings&, const SchedulingTask&);

    std::string id; ///< as the file says it
    std::string title;
    std::string help; ///< what becomes of trials, as one phrase
    Make make = nullptr;
    std::vector<Setting> settings = {};
    bool hasRungs = false; ///< it compares trials at rungs
    bool needsAll = false; ///< at a rung it waits for all trials of a bracket
    bool pauses = false;   ///< trials wait at a rung
    bool copies = false;   ///< trials begin from others' checkpoints; its rungs are of one run, and even
};

/// In the order in which they are to be offered.
const std::vector<SchedulerDescription>& schedulers();
const std::vector<std::string>& schedulerIds();

/// Throws std::invalid_argument for an unknown id.
const SchedulerDescription& schedulerOf(std::string_view id);

/// Whether it decides on what trials report.
bool readsReports(const SchedulerSettings& settings);

/// Why a scheduler that copies will copy nothing in populations of so many trials at most: its share of them
/// is none. Empty where that is not so.
std::string whyNothingIsCopied(const SchedulerSettings& settings, std::int64_t trials);

/// What may be set beside a scheduler: its own settings, then those of the others, which mean nothing to it.
std::vector<Setting> settingsBeside(const SchedulerDescription& scheduler);

/// What is set of one of the scheduler's settings, or else its standard value.
double settingOf(const SchedulerSettings& settings, std::string_view name);

} // namespace widthwise
