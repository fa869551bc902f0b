// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/line_pattern.h"

#include "core/experiment/pattern_groups.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <stdexcept>

namespace widthwise {

namespace {

/// As ECMAScript has it, where Perl differs; but letters are those of all scripts.
constexpr std::uint32_t options = PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF |
                                  PCRE2_DOLLAR_ENDONLY | PCRE2_UTF | PCRE2_UCP;
/// Backtracking from one place of a line is cut off there, and all work on a line after this time of the
/// thread's own: a line of output must not keep a driver from its work.
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

/// Of UTF-8.
std::size_t behindCharacter(std::string_view line, std::size_t place)
{
    ++place;
    while (place < line.size() && (static_cast<unsigned char>(line[place]) & 0xc0) == 0x80)
        ++place;
    return place;
}

/// Before such a pattern: at the beginning of a search, or of a word.
constexpr std::string_view atWholeWords = "(?:\\G|(?<!\\w))";

/// What others compute on this machine does not count.
std::chrono::nanoseconds timeOfThread()
{
    std::timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

struct Search {
    std::chrono::nanoseconds deadline = timeOfThread() + longestWork;
    unsigned places = 0; ///< looked at so far
};

/// 0 lets a match begin here.
int lookAtTime(pcre2_callout_block*, void* data)
{
    constexpr unsigned between = 16; // two looks, as each is a system call
    auto& search = *static_cast<Search*>(data);
    return ++search.places % between == 0 && timeOfThread() > search.deadline ? PCRE2_ERROR_CALLOUT : 0;
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
    m_code->code = compiled(std::string(lookAtClock) +
                            std::string(beginsWithWord(pattern) ? atWholeWords : "") + "(?:" + pattern + ")");
    m_code->context = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(m_code->context, mostBacktracking);
    pcre2_set_heap_limit(m_code->context, mostMemoryKiB);
    m_code->data = pcre2_match_data_create_from_pattern(m_code->code, nullptr);
}

LinePattern::~LinePattern() = default;

std::optional<std::vector<LinePattern::Match>> LinePattern::matches(std::string_view line) const
{
    Search search;
    pcre2_set_callout(m_code->context, lookAtTime, &search);
    const auto* text = reinterpret_cast<PCRE2_SPTR>(line.data());
    const PCRE2_SIZE* places = pcre2_get_ovector_pointer(m_code->data);
    const auto part = [&](std::size_t group) {
        return Part{places[2 * group], places[2 * group + 1] - places[2 * group]};
    };
    std::vector<Match> found;
    std::uint32_t checked = 0; // once for each line is enough
    for (std::size_t start = 0; start <= line.size();) {
        const int groups =
            pcre2_match(m_code->code, text, line.size(), start, checked, m_code->data, m_code->context);
        checked = PCRE2_NO_UTF_CHECK;
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
        start = std::max(behindCharacter(line, start), places[1]);
    }
    return found;
}

} // namespace widthwise
