// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/series.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace widthwise {

/// What the store should hold of one metric in the text of a metrics.jsonl, read here line by line: a step
/// that does not rise, reported again after an interruption, is left out.
inline Points pointsOf(const std::string& metricsJsonl, const std::string& metric)
{
    Points points;
    std::istringstream lines(metricsJsonl);
    for (std::string line; std::getline(lines, line);) {
        const auto report = nlohmann::json::parse(line);
        const auto step = report["step"].get<std::int64_t>();
        if (!points.steps.empty() && step <= points.steps.back())
            continue;
        points.steps.push_back(step);
        points.values.push_back(report["metrics"][metric].get<double>());
    }
    return points;
}

} // namespace widthwise
