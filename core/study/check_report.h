// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/coordinate_check.h"
#include "core/store/database.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise {

/// What the trials of an experiment say so far about how activations grow with the width. Empty where they
/// recorded none.
struct CheckReport {
    std::vector<CoordinateRecord> records;
    std::vector<LayerSlope> slopes;
    std::vector<CheckVerdict> verdicts;
    std::vector<double> learningRates; ///< at the base width, each once, rising

    bool isEmpty() const { return records.empty(); }
    std::vector<std::string> parametrizations() const; ///< SP first
    std::vector<std::string> layers() const;
    std::vector<std::int64_t> times() const; ///< at which there are slopes, rising
    /// Index into `slopes`; -1 where there is none.
    int find(const std::string& parametrization, const std::string& layer, std::int64_t t) const;
    /// Index of the slope that stands for the layer: of the judged ones the worst, failing ones before
    /// unclear ones and these before others, then the steepest; -1 where none is judged yet.
    int worst(const std::string& parametrization, const std::string& layer) const;
    /// The answer to "does μP hold?": what the verdicts on all parametrizations but SP say together; on SP
    /// where it is the only one.
    CheckResult result() const;
};

CheckReport checkReport(CheckRecords records, std::vector<double> learningRates = {});
CheckReport checkReport(Database& database, std::int64_t experiment);

/// `SP`, `μP`, `μP (table 3)`; any other as it stands.
std::string parametrizationName(const std::string& parametrization);

} // namespace widthwise
