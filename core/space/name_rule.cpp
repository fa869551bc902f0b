// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/name_rule.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace widthwise {

namespace {

constexpr std::size_t longestName = 100; ///< bytes

/// A regular expression over UTF-8; what is not UTF-8 does not match.
class Pattern {
public:
    explicit Pattern(std::string_view pattern)
    {
        int error = 0;
        PCRE2_SIZE place = 0;
        m_code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                               PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &place, nullptr);
    }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;
    ~Pattern() { pcre2_code_free(m_code); }

    bool matches(std::string_view text) const
    {
        pcre2_match_data* data = pcre2_match_data_create_from_pattern(m_code, nullptr);
        const int result =
            pcre2_match(m_code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data, nullptr);
        pcre2_match_data_free(data);
        return result >= 0;
    }

private:
    pcre2_code* m_code;
};

} // namespace

std::optional<std::string> whyNotExperimentName(std::string_view name)
{
    static const Pattern pattern(R"([\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]*)");
    if (name.size() > longestName)
        return "expected at most " + std::to_string(longestName) +
               " bytes (a letter beyond ASCII has two or more)";
    if (!name.empty() && !pattern.matches(name))
        return "expected letters, digits, . _ and - only (it names a folder), got \"" + std::string(name) +
               '"';
    return std::nullopt;
}

std::optional<std::string> whyNotParameterName(std::string_view name)
{
    static const Pattern pattern(R"(\p{L}[\p{L}\p{M}\p{N}_./-]*)");
    if (name.empty())
        return "a parameter needs a name";
    if (!pattern.matches(name))
        return "a parameter's name begins with a letter and has letters, digits, _ . - and / only";
    return std::nullopt;
}

} // namespace widthwise
