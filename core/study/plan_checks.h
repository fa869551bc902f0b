// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace widthwise {

// What the plans of studies have in common. Each check throws std::invalid_argument saying what is wrong and
// the fix.

/// What every width of the configuration's model is a multiple of, for its attention heads, and the setting
/// that says so: 1 and no name for a model without heads, and for a command.
std::pair<std::int64_t, std::string> widthUnit(const Experiment& base, const Configuration& configuration);

void checkWidths(const Experiment& base, const Configuration& configuration,
                 std::span<const std::int64_t> widths);

/// Of the bundled trainer.
void checkParametrizations(std::span<const std::string> names);

/// `what`: what the values are, in the plural.
template <class T>
void checkList(std::vector<T> values, std::size_t fewest, const std::string& what)
{
    const std::size_t count = values.size();
    std::ranges::sort(values);
    if (!std::ranges::unique(values).empty())
        throw std::invalid_argument(what + ": the same one stands there twice");
    if (count < fewest)
        throw std::invalid_argument(what + ": expected at least " + std::to_string(fewest) + ", got " +
                                    std::to_string(count));
}

} // namespace widthwise
