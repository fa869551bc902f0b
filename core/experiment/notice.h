// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// Something that befell the metrics of a trial and that a person should know: told once per kind, with how
/// often it happened and what the first was.
struct Notice {
    enum class Kind {
        Unread,       ///< a line could not be read
        TooLong,      ///< a line is longer than is read
        TooHard,      ///< the pattern was given up on a line
        DecimalComma, ///< a number is written with a comma
        OutOfOrder,   ///< a step came after a greater one
        Again,        ///< a known step came again with another value
        NoHeader,     ///< a CSV file begins with numbers
        NeverThere,   ///< the file of the metrics
        NoNumber,     ///< a metric's value is none
        NoMetrics,    ///< a report without any
        BeganAgain,   ///< an attempt that was to go on from a checkpoint
    };
    Kind kind = Kind::Unread;
    std::int64_t count = 1;
    std::string where; ///< the file, or the metric
    std::string place; ///< of the first, there: "line 3", "step 3 after 607500"
    std::string text;  ///< of the first
    bool operator==(const Notice&) const = default;
};

/// A name for files.
std::string_view toText(Notice::Kind kind);
/// Unread for a name that only a newer Widthwise knows.
Notice::Kind noticeKindFromText(std::string_view text);

/// "3 values came out of order and were dropped, the first is val/loss at step 3 after 607500"
std::string toText(const Notice& notice);
/// All of them as one text; empty where there are none.
std::string toText(const std::vector<Notice>& notices);

/// Counts `notice` among those of its kind; of the first of a kind all is kept.
void add(std::vector<Notice>& notices, Notice notice);

std::string toJson(const std::vector<Notice>& notices);
/// What cannot be read gives none.
std::vector<Notice> noticesFromJson(std::string_view json);

} // namespace widthwise
