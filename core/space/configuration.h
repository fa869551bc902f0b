// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/value.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace widthwise {

/// The values that one trial runs with, in the order of the search space. A parameter whose
/// condition does not hold is absent.
class Configuration {
public:
    using Entry = std::pair<std::string, Value>;

    Configuration() = default;
    explicit Configuration(std::vector<Entry> entries) : m_entries(std::move(entries)) {}

    /// Null where the parameter is absent (inactive).
    const Value* find(std::string_view name) const;
    /// Replaces the value, or appends it where the parameter is absent.
    void set(std::string name, Value value);

    const std::vector<Entry>& entries() const { return m_entries; }
    bool empty() const { return m_entries.empty(); }
    bool operator==(const Configuration&) const = default;

private:
    std::vector<Entry> m_entries;
};

/// A JSON object with the entries in order, e.g. `{"max_lr":0.001,"optimizer":"adam"}`; doubles round-trip
/// and keep a decimal point or exponent, so that `1.0` does not come back as the integer 1.
std::string toJson(const Configuration& configuration);
/// Throws std::invalid_argument with the parser's message and position.
Configuration configurationFromJson(std::string_view json);

} // namespace widthwise
