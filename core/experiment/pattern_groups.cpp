// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/pattern_groups.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace widthwise {

namespace {

struct Group {
    std::string_view name; ///< empty where it has none
    bool outer = true;     ///< lies in no other group that is remembered
};

/// The place behind the class that begins at `at`.
std::size_t behindClass(std::string_view pattern, std::size_t at)
{
    ++at;
    if (at < pattern.size() && pattern[at] == '^')
        ++at;
    for (; at < pattern.size() && pattern[at] != ']'; ++at)
        if (pattern[at] == '\\')
            ++at;
        else if (pattern.substr(at, 2) == "[:")
            at = std::min(pattern.find(":]", at), pattern.size() - 2) + 1;
    return at + 1;
}

/// What a parenthesis at `at` opens: a name, an empty one for a group without, or nothing that is remembered.
struct Opening {
    bool remembered = true;
    std::string_view name;
};

Opening openingAt(std::string_view pattern, std::size_t at)
{
    const std::string_view rest = pattern.substr(at + 1);
    if (rest.starts_with('*'))
        return {false, {}};
    if (!rest.starts_with('?'))
        return {};
    const bool p = rest.starts_with("?P<");
    const std::string_view named = rest.substr(p ? 2 : 1);
    const char next = named.size() > 1 ? named[1] : '\0';
    if ((named.starts_with('<') && next != '=' && next != '!') || named.starts_with('\''))
        return {true, named.substr(1, named.find(named[0] == '<' ? '>' : '\'', 1) - 1)};
    return {false, {}};
}

std::vector<Group> remembered(std::string_view pattern)
{
    std::vector<Group> groups;
    std::vector<bool> open; // which of the parentheses around this place are remembered
    std::size_t depth = 0;
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern.substr(at, 2) == "\\Q") {
            at = std::min(pattern.find("\\E", at), pattern.size() - 2) + 2;
        } else if (pattern[at] == '\\') {
            at += 2;
        } else if (pattern[at] == '[') {
            at = behindClass(pattern, at);
        } else if (pattern.substr(at, 3) == "(?#") {
            at = std::min(pattern.find(')', at), pattern.size() - 1) + 1;
        } else {
            if (pattern[at] == '(') {
                const Opening opening = openingAt(pattern, at);
                if (opening.remembered)
                    groups.push_back({opening.name, depth == 0});
                open.push_back(opening.remembered);
                depth += opening.remembered ? 1 : 0;
            } else if (pattern[at] == ')' && !open.empty()) {
                depth -= open.back() ? 1 : 0;
                open.pop_back();
            }
            ++at;
        }
    }
    return groups;
}

} // namespace

PatternGroups groupsOf(std::string_view pattern)
{
    PatternGroups result;
    const std::vector<Group> groups = remembered(pattern);
    std::vector<std::size_t> plain;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        std::size_t* const meant = groups[i].name == "name"    ? &result.name
                                   : groups[i].name == "value" ? &result.value
                                   : groups[i].name == "step"  ? &result.step
                                                               : nullptr;
        if (meant != nullptr)
            *meant = i + 1;
        else if (groups[i].outer && groups[i].name.empty())
            plain.push_back(i + 1);
    }
    const bool named = result.name > 0 && result.value > 0;
    std::size_t used = 0;
    for (std::size_t* const meant : {&result.name, &result.value, &result.step})
        if (*meant == 0 && used < plain.size() && !named)
            *meant = plain[used++];
    if (result.name == 0 || result.value == 0 || (!named && result.step == 0 && used < plain.size()))
        throw std::invalid_argument(
            "expected 2 or 3 groups in parentheses (name, value and optionally step), got " +
            std::to_string(plain.size()) +
            "; write (?: for others, or name them: (?<name>, (?<value>, (?<step>");
    return result;
}

} // namespace widthwise
