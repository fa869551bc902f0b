// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise {

/// Somebody looks at an experiment. It ends by itself where it is not renewed: viewers crash and sleep.
struct Watch {
    int trial = -1;    ///< whose output is looked at; -1: none's
    TimePoint until{}; ///< by then it has been renewed, or nobody looks any more
    bool operator==(const Watch&) const = default;
};

/// A viewer renews its watch well within this time.
inline constexpr std::chrono::seconds watchLasts{15};

/// What viewers look at, for drivers to know what is urgent. Each viewer looks at one experiment at a time.
class Watches {
public:
    explicit Watches(Database& database) : m_database(database) {}

    /// Begins or renews the watch of `viewer` (a name that no other has), in place of what it looked at
    /// before.
    void set(const std::string& viewer, std::int64_t experiment, const Watch& watch);
    void end(const std::string& viewer);
    /// Those that last beyond `now`.
    std::vector<Watch> of(std::int64_t experiment, TimePoint now);

private:
    Database& m_database;
};

} // namespace widthwise
