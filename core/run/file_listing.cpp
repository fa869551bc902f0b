// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/file_listing.h"

#include <algorithm>

namespace widthwise {

namespace {

constexpr std::string_view digits = "0123456789";

/// Text that sorts as `text` does with its numbers by their values.
std::string naturalKey(std::string_view text)
{
    constexpr std::size_t width = 20;
    std::string key;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of(digits, at), text.size());
        if (end > at)
            key += std::string(width - std::min(width, end - at), '0');
        key += text.substr(at, std::max<std::size_t>(end - at, 1));
        at = std::max(end, at + 1);
    }
    return key;
}

/// The wrapper puts what an attempt wrote out of the way of the next.
bool isOfEarlierAttempt(std::string_view path)
{
    constexpr std::string_view mark = ".attempt-";
    const std::size_t place = path.rfind(mark);
    return place != std::string_view::npos &&
           path.find_first_not_of(digits, place + mark.size()) == std::string_view::npos;
}

} // namespace

std::optional<std::string> newestFile(std::string_view listing)
{
    std::optional<std::string> newest;
    std::string best;
    while (!listing.empty()) {
        const std::size_t end = std::min(listing.find('\n'), listing.size());
        const std::string_view line = listing.substr(0, end);
        listing.remove_prefix(std::min(end + 1, listing.size()));
        const std::size_t blank = line.find(' ');
        if (blank == std::string_view::npos || isOfEarlierAttempt(line))
            continue;
        std::string key = naturalKey(line.substr(0, blank)) + ' ' + naturalKey(line.substr(blank + 1));
        if (key >= best) {
            best = std::move(key);
            newest = line.substr(blank + 1);
        }
    }
    return newest;
}

std::vector<std::string> similarFiles(const std::string& path)
{
    std::string renumbered;
    for (std::size_t at = 0; at < path.size(); ++at)
        if (digits.find(path[at]) == std::string_view::npos)
            renumbered += path[at];
        else if (!renumbered.ends_with('*'))
            renumbered += '*';
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string ending =
        name.rfind('.') == std::string::npos ? name : "*" + name.substr(name.rfind('.'));
    std::vector<std::string> patterns{renumbered, name, "*/" + name, "*/*/" + name, ending, "*/" + ending};
    std::erase(patterns, path);
    return patterns;
}

} // namespace widthwise
