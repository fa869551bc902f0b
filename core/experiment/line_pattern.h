// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// `name=value`, `name: value` and `"name":value`; what its value is, printedNumber tells. Names have letters
/// of all scripts, and `/`, `.`, `-`, `@`, `+` and `^` within them.
inline constexpr const char* defaultLinePattern =
    R"((?<![\w\p{M}./@+^-])([\p{L}_][\w\p{M}./@+^-]*+)(?:["']?+(?:\s{0,20}+=\s{0,20}+|\s{0,20}+:\s{1,20}+)|["']\s{0,20}+:)(?=(\S{1,200}+)))";

/// A regular expression (PCRE2, which reads ECMAScript's) that finds metrics in a line of text. Its groups
/// `name`, `value` and `step` say what it found; where it names none, the first, second and third of its
/// groups that lie in no other. A step is optional. Letters are those of all scripts: `\w` is one of them,
/// and
/// `.` is a character of UTF-8.
class LinePattern {
public:
    /// Where a part of a line lies.
    struct Part {
        std::size_t first = 0;
        std::size_t length = 0;
        std::string_view of(std::string_view line) const { return line.substr(first, length); }
    };
    struct Match {
        Part name, value;
        std::optional<Part> step;
    };

    /// Throws std::invalid_argument, which says what is wrong and where.
    explicit LinePattern(const std::string& pattern);
    ~LinePattern();
    LinePattern(const LinePattern&) = delete;
    LinePattern& operator=(const LinePattern&) = delete;

    /// All matches from left to right; nothing where the pattern takes too long on this line, however it is
    /// made, or where that is no UTF-8.
    std::optional<std::vector<Match>> matches(std::string_view line) const;

private:
    struct Code;
    std::unique_ptr<Code> m_code;
    std::size_t m_name = 0, m_value = 0, m_step = 0; ///< groups; 0: none
};

} // namespace widthwise
