// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/notice.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace widthwise {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 11> kindNames{
    "unread",    "too long",    "too hard",  "decimal comma", "out of order", "again",
    "no header", "never there", "no number", "no metrics",    "began again"};

/// "line 3 of metrics.jsonl could not be read", "5 lines of metrics.jsonl could not be read", with what the
/// first is.
std::string ofLines(const Notice& notice, const std::string& one, const std::string& many)
{
    const std::string quoted = notice.text.empty() ? "" : ": " + notice.text;
    if (notice.count == 1)
        return notice.place + " of " + notice.where + ' ' + one + quoted;
    return std::to_string(notice.count) + " lines of " + notice.where + ' ' + many + ", the first is " +
           notice.place + quoted;
}

std::string ofValues(const Notice& notice, const std::string& what)
{
    const bool one = notice.count == 1;
    return std::to_string(notice.count) + (one ? " value " : " values ") + what +
           (one ? " and was dropped: " : " and were dropped, the first is ") + notice.where + " at " +
           notice.place + notice.text;
}

} // namespace

std::string_view toText(Notice::Kind kind)
{
    return kindNames.at(static_cast<std::size_t>(kind));
}

Notice::Kind noticeKindFromText(std::string_view text)
{
    const auto* const place = std::ranges::find(kindNames, text);
    return place == kindNames.end() ? Notice::Kind::Unread
                                    : static_cast<Notice::Kind>(place - kindNames.begin());
}

std::string toText(const Notice& notice)
{
    switch (notice.kind) {
    case Notice::Kind::Unread:
        return ofLines(notice, "could not be read and was skipped", "could not be read and were skipped");
    case Notice::Kind::TooLong:
        return ofLines(notice, "is longer than 2 MiB and was skipped",
                       "are longer than 2 MiB and were skipped");
    case Notice::Kind::TooHard:
        return ofLines(notice, "took the pattern too long and was skipped",
                       "took the pattern too long and were skipped");
    case Notice::Kind::DecimalComma:
        return ofLines(notice, "has a number with a comma, which was not read; write 0.5, not 0,5",
                       "have a number with a comma, which was not read; write 0.5, not 0,5");
    case Notice::Kind::OutOfOrder:
        return ofValues(notice, "came out of order");
    case Notice::Kind::Again:
        return ofValues(notice, "came again for a step that was known, with another value,");
    case Notice::Kind::NoHeader:
        return ofLines(notice, "was skipped, as no header with the columns' names came before",
                       "were skipped, as no header with the columns' names came before");
    case Notice::Kind::NeverThere:
        return "the file " + notice.where + " was never there" +
               (notice.text.empty() ? "" : "; there is " + notice.text);
    case Notice::Kind::NoNumber:
        return (notice.count == 1 ? "1 value of " : std::to_string(notice.count) + " values of ") +
               notice.where +
               (notice.count == 1 ? " is no number and was skipped: "
                                  : " are no numbers and were skipped, the first is ") +
               notice.text + " in " + notice.place;
    case Notice::Kind::NoMetrics:
        return ofLines(notice, "has no metrics", "have no metrics");
    case Notice::Kind::BeganAgain:
        return "began again at " + notice.place + ": " + notice.text +
               (notice.count > 1 ? " (" + std::to_string(notice.count) + " times)" : "");
    }
    return {};
}

std::string toText(const std::vector<Notice>& notices)
{
    std::string text;
    for (const Notice& notice : notices)
        text += (text.empty() ? "" : "; ") + toText(notice);
    return text;
}

void add(std::vector<Notice>& notices, Notice notice)
{
    const auto known = std::ranges::find(notices, notice.kind, &Notice::kind);
    if (known == notices.end())
        notices.push_back(std::move(notice));
    else
        known->count += notice.count;
}

std::string toJson(const std::vector<Notice>& notices)
{
    if (notices.empty())
        return {};
    json list = json::array();
    for (const Notice& notice : notices)
        list.push_back({{"kind", toText(notice.kind)},
                        {"count", notice.count},
                        {"where", notice.where},
                        {"place", notice.place},
                        {"text", notice.text}});
    return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<Notice> noticesFromJson(std::string_view text)
{
    std::vector<Notice> notices;
    const json list = json::parse(text, nullptr, false);
    if (!list.is_array())
        return notices;
    for (const json& item : list)
        if (item.is_object())
            notices.push_back({noticeKindFromText(item.value("kind", "")),
                               item.value("count", std::int64_t{1}), item.value("where", ""),
                               item.value("place", ""), item.value("text", "")});
    return notices;
}

} // namespace widthwise
