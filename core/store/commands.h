// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/command.h"
#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace widthwise {

std::string_view toText(Command::Kind kind);
/// Null for an unknown name.
std::optional<Command::Kind> commandKindFromText(std::string_view text);

/// What people asked for and the driver has not done yet. Viewers add, the driver takes.
class Commands {
public:
    explicit Commands(Database& database) : m_database(database) {}

    void add(std::int64_t experiment, const Command& command, TimePoint now);
    /// One that was given to another store first: the same token adds nothing the second time.
    void addForwarded(std::int64_t experiment, const Command& command, const std::string& token,
                      TimePoint now);
    /// In order of arrival, with their ids.
    std::vector<std::pair<std::int64_t, Command>> open(std::int64_t experiment);
    /// Call inside the Transaction that records what the command caused.
    void close(std::int64_t id, TimePoint now);

private:
    Database& m_database;
};

} // namespace widthwise
