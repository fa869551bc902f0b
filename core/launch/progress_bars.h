// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// A metric as a line of text names it.
struct NamedValue {
    std::string name;
    double value = 0;
    std::optional<std::int64_t> step;
};
using NamedValues = std::vector<NamedValue>;

/// Progress bars write one line over and over; only the last state of each counts. Takes the states one by
/// one, as they lie between carriage returns, and gives back those that nothing will be written over any
/// more.
class ProgressBars {
public:
    /// `text` was written where the line's beginning was before, and holds `values`. Returns what was
    /// finished thereby.
    std::vector<NamedValues> write(std::string_view text, NamedValues values);
    /// From now on newlines lead to other bars as well.
    void setNested() { m_nested = true; }
    std::vector<NamedValues> endLine();
    std::vector<NamedValues> finish();

    nlohmann::json state() const;
    void restore(const nlohmann::json& state);

private:
    struct Bar {
        std::string name; ///< empty: a line that is no bar
        int percent = 0;
        NamedValues values;
    };

    std::vector<Bar> m_bars;
    bool m_nested = false;
};

} // namespace widthwise
