// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/line_pattern.h"

#include "core/experiment/pattern_groups.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <stdexcept>

namespace widthwise {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// As ECMAScript has it, where Perl differs.
constexpr std::uint32_t options =
    PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY;
/// Backtracking from one place of a line is cut off there, and all work on a line after this time: a line of
/// output must not keep a driver from its work.
constexpr std::uint32_t mostBacktracking = 1'000'000;
constexpr std::uint32_t mostMemoryKiB = 64 * 1024;
constexpr std::chrono::seconds longestWork{1};
/// Called at every place of a line that a match may begin at.
constexpr std::string_view lookAtClock = "(?C1)";

std::string messageOf(int error)
{
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(error, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

bool isWordCharacter(char character)
{
    return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

/// Whether a match begins with a whole word and what cannot begin with one. It then fails alike from all
/// places of a word, and to try each would cost the square of a long word's length.
bool beginsWithWord(std::string_view pattern)
{
    for (const std::string_view group : {"(\\w+)", "(?<name>\\w+)"})
        if (pattern.starts_with(group)) {
            pattern.remove_prefix(group.size());
            for (const std::string_view blanks : {"\\s*", " *", "\\s?", " ?"})
                if (pattern.starts_with(blanks))
                    pattern.remove_prefix(blanks.size());
            return pattern.starts_with('=') || pattern.starts_with(':') || pattern.starts_with("[=:]") ||
                   pattern.starts_with("[:=]");
        }
    return false;
}

struct Search {
    SteadyClock::time_point deadline;
    std::size_t start = 0; ///< of this search in the line
    bool wordsAtOnce = false;
};

/// 0 lets a match begin here, 1 does not.
int mayBegin(pcre2_callout_block* place, void* data)
{
    const auto& search = *static_cast<const Search*>(data);
    if (SteadyClock::now() > search.deadline)
        return PCRE2_ERROR_CALLOUT;
    const auto* text = reinterpret_cast<const char*>(place->subject);
    return search.wordsAtOnce && place->start_match > search.start &&
                   isWordCharacter(text[place->start_match - 1])
               ? 1
               : 0;
}

pcre2_code* compiled(const std::string& pattern)
{
    int error = 0;
    PCRE2_SIZE place = 0;
    const auto* text = reinterpret_cast<PCRE2_SPTR>(pattern.data());
    pcre2_code* code = pcre2_compile(text, pattern.size(), options, &error, &place, nullptr);
    if (!code)
        throw std::invalid_argument("this is not a regular expression: " + messageOf(error) +
                                    " at character " + std::to_string(place + 1));
    return code;
}

} // namespace

struct LinePattern::Code {
    pcre2_code* code = nullptr;
    pcre2_match_context* context = nullptr;
    pcre2_match_data* data = nullptr;
    bool beginsWithWord = false;
    ~Code()
    {
        pcre2_match_data_free(data);
        pcre2_match_context_free(context);
        pcre2_code_free(code);
    }
};

LinePattern::LinePattern(const std::string& pattern) : m_code(std::make_unique<Code>())
{
    pcre2_code_free(compiled(pattern)); // alone, so that an error tells its place
    const PatternGroups groups = groupsOf(pattern);
    m_name = groups.name;
    m_value = groups.value;
    m_step = groups.step;
    m_code->code = compiled(std::string(lookAtClock) + "(?:" + pattern + ")");
    m_code->beginsWithWord = beginsWithWord(pattern);
    m_code->context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(m_code->context, mostBacktracking);
    pcre2_set_heap_limit(m_code->context, mostMemoryKiB);
    m_code->data = pcre2_match_data_create_from_pattern(m_code->code, nullptr);
}

LinePattern::~LinePattern() = default;

std::optional<std::vector<LinePattern::Match>> LinePattern::matches(std::string_view line) const
{
    Search search{SteadyClock::now() + longestWork, 0, m_code->beginsWithWord};
    pcre2_set_callout(m_code->context, mayBegin, &search);
    const auto* text = reinterpret_cast<PCRE2_SPTR>(line.data());
    const PCRE2_SIZE* places = pcre2_get_ovector_pointer(m_code->data);
    const auto part = [&](std::size_t group) {
        return Part{places[2 * group], places[2 * group + 1] - places[2 * group]};
    };
    std::vector<Match> found;
    for (std::size_t& start = search.start; start <= line.size();) {
        const int groups =
            pcre2_match(m_code->code, text, line.size(), start, 0, m_code->data, m_code->context);
        if (groups == PCRE2_ERROR_NOMATCH)
            break;
        if (groups < 0)
            return std::nullopt;
        const auto isSet = [&](std::size_t group) {
            return group > 0 && static_cast<int>(group) < groups && places[2 * group] != PCRE2_UNSET;
        };
        if (isSet(m_name) && isSet(m_value))
            found.push_back(
                {part(m_name), part(m_value), isSet(m_step) ? std::optional(part(m_step)) : std::nullopt});
        start = std::max(start + 1, places[1]);
    }
    return found;
}

} // namespace widthwise
