// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <cstdint>
#include <optional>
#include <string>

namespace widthwise {

/// The end of what a trial on another machine has printed, as its driver saw it.
struct OutputTail {
    int attempt = 1;
    std::int64_t first = 0; ///< place of `bytes` in the trial's output
    std::string bytes;      ///< at most outputTailBytes
    TimePoint read{};       ///< when there was no more
    bool operator==(const OutputTail&) const = default;
};

inline constexpr std::int64_t outputTailBytes = 64 * 1024;

/// What trials on other machines have printed: of each the last that was read, which may be old.
class Outputs {
public:
    explicit Outputs(Database& database) : m_database(database) {}

    /// `trial` is a store id here and below. In place of what is known of it.
    void save(std::int64_t trial, const OutputTail& tail);
    std::optional<OutputTail> find(std::int64_t trial);
    /// When it was last read, without reading it.
    std::optional<TimePoint> lastRead(std::int64_t trial);

private:
    Database& m_database;
};

} // namespace widthwise
