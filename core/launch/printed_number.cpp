// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/printed_number.h"

#include "core/launch/number_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace widthwise {

namespace {

using Kind = PrintedNumber::Kind;

constexpr std::string_view minusSign = "\xe2\x88\x92"; // U+2212

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// A letter, a digit or a byte of what is no ASCII.
bool isOfWord(char c)
{
    return isLetter(c) || isDigit(c) || c == '_';
}

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
    return result;
}

/// What a framework calls one number: `tensor`, `np.float64`, `jnp.bfloat16`, `Decimal`.
bool isTypeOfNumber(std::string_view call)
{
    std::string type =
        lowered(call.substr(call.rfind('.') == std::string_view::npos ? 0 : call.rfind('.') + 1));
    type.erase(std::ranges::find_if(type, isDigit), type.end());
    constexpr std::array<std::string_view, 10> types{"tensor", "array",     "devicearray", "decimal",
                                                     "float",  "bfloat",    "int",         "uint",
                                                     "double", "longdouble"};
    return std::ranges::count(types, type) > 0;
}

/// Takes the front of what is left of a line, piece by piece.
class Scanner {
public:
    Scanner(std::string_view line, std::size_t first, std::string_view name)
        : m_line(line), m_rest(line.substr(first)), m_name(name)
    {
    }

    PrintedNumber read()
    {
        open();
        const std::size_t place = m_line.size() - m_rest.size();
        if (!takeNumber())
            return {};
        if (m_closing.empty() && hasNumberComma(m_line, place, m_taken))
            return {Kind::Comma, {}};
        if (m_closing.empty())
            return {judgedByWhatFollows(place), m_number};
        return {close(), m_number};
    }

private:
    /// Quotes, brackets and the names of types before the number.
    void open()
    {
        for (; !m_rest.empty(); m_rest.remove_prefix(1)) {
            const char c = m_rest.front();
            if (c == '"' || c == '\'')
                m_closing += c;
            else if (c == '[' || c == '(')
                m_closing += c == '[' ? ']' : ')';
            else if (const std::size_t length = callLength(); length > 0) {
                m_rest.remove_prefix(length);
                m_closing += callEnd;
            } else
                return;
        }
    }

    /// The letters of `tensor(`; 0 where no such thing stands here.
    std::size_t callLength() const
    {
        std::size_t length = 0;
        while (length < m_rest.size() && (isOfWord(m_rest[length]) || m_rest[length] == '.'))
            ++length;
        const bool calls = m_rest.substr(length).starts_with('(') && isTypeOfNumber(m_rest.substr(0, length));
        return calls ? length : 0;
    }

    bool takeNumber()
    {
        const std::string_view all = m_rest;
        if (m_rest.starts_with(minusSign)) {
            m_number = "-";
            m_rest.remove_prefix(minusSign.size());
        } else if (m_rest.starts_with('-') || m_rest.starts_with('+')) {
            m_number = m_rest.substr(0, 1);
            m_rest.remove_prefix(1);
        }
        const bool found = takeWord() || takeDigits();
        m_taken = all.size() - m_rest.size();
        return found;
    }

    bool takeWord()
    {
        std::size_t length = 0;
        while (length < m_rest.size() && isLetter(m_rest[length]))
            ++length;
        const std::string word = lowered(m_rest.substr(0, length));
        if (word != "nan" && word != "inf" && word != "infinity")
            return false;
        take(length);
        return true;
    }

    bool takeDigits()
    {
        const bool whole = takeGroup();
        const bool pointed = m_rest.starts_with('.') && (whole || (m_rest.size() > 1 && isDigit(m_rest[1])));
        if (pointed)
            take(1);
        if (pointed)
            takeGroup();
        if (!whole && !pointed)
            return false;
        takeExponent();
        if (const std::size_t infinite = lengthOfNumber(m_rest, 0, 0); infinite > 0) {
            take(infinite); // #INF00
            takeGroup();
        }
        return true;
    }

    void takeExponent()
    {
        if (!m_rest.starts_with('e') && !m_rest.starts_with('E'))
            return;
        const std::string_view power = m_rest.substr(1);
        const std::size_t sign = power.starts_with(minusSign)                       ? minusSign.size()
                                 : power.starts_with('-') || power.starts_with('+') ? 1
                                                                                    : 0;
        if (power.size() <= sign || !isDigit(power[sign]))
            return;
        m_number += sign > 1 ? "e-" : std::string(m_rest.substr(0, 1 + sign));
        m_rest.remove_prefix(1 + sign);
        takeGroup();
    }

    /// Digits, with underscores between them.
    bool takeGroup()
    {
        std::size_t length = 0;
        while (
            length < m_rest.size() &&
            (isDigit(m_rest[length]) || (length > 0 && m_rest[length] == '_' && length + 1 < m_rest.size() &&
                                         isDigit(m_rest[length + 1]) && isDigit(m_rest[length - 1]))))
            ++length;
        take(length);
        return length > 0;
    }

    void take(std::size_t length)
    {
        for (const char c : m_rest.substr(0, length))
            if (c != '_')
                m_number += c;
        m_rest.remove_prefix(length);
    }

    Kind judgedByWhatFollows(std::size_t place) const
    {
        const char next = m_rest.empty() ? ' ' : m_rest.front();
        const char second = m_rest.size() > 1 ? m_rest[1] : ' ';
        const bool isWhole = m_number.find_first_not_of("+-0123456789") == std::string::npos;
        if (m_rest.starts_with("%|") || m_rest.starts_with(" %|"))
            return Kind::Other;
        if (m_number == "0" && (next == 'x' || next == 'X'))
            return Kind::Unclear;
        if ((next == 'd' || next == 'D') && (isDigit(second) || second == '-' || second == '+'))
            return Kind::Unclear; // Fortran's exponent
        if (isOfWord(next) || isGreekOrLatin(m_rest))
            return Kind::Other;
        if (next == '/' && isDigit(second))
            return isWhole && isCounter() ? Kind::Other : Kind::Unclear;
        if ((next == '.' || next == ':' || next == '-') && isDigit(second))
            return Kind::Other;
        const std::string_view factor = m_rest.substr(std::min(m_rest.find_first_not_of(' '), m_rest.size()));
        if (factor.starts_with("\xc3\x97") || factor.starts_with("*10") ||
            factor.starts_with("\xc2\xb7"
                               "10"))
            return Kind::Unclear; // 1.5×10⁻³
        return hasDigitGroups(m_line, place, m_taken) ? Kind::Unclear : Kind::Number;
    }

    /// A letter from U+00C0 to U+05FF, as of a unit; × and · are none.
    static bool isGreekOrLatin(std::string_view text)
    {
        const auto lead = text.empty() ? 0U : static_cast<unsigned char>(text.front());
        return (lead >= 0xc3 && lead <= 0xd7 && !text.starts_with("\xc3\x97")) ||
               text.starts_with("\xc2\xb5");
    }

    bool isCounter() const
    {
        const std::string name = lowered(m_name);
        constexpr std::array<std::string_view, 5> counters{"epoch", "step", "iter", "batch", "fold"};
        return name == "it" || std::ranges::any_of(counters, [&](std::string_view counter) {
                   return name.find(counter) != std::string::npos;
               });
    }

    /// What was opened before the number ends behind it, and there is no second one.
    Kind close()
    {
        for (; !m_closing.empty(); m_closing.pop_back()) {
            const char closing = m_closing.back();
            if (m_rest.starts_with(closing == callEnd ? ')' : closing))
                m_rest.remove_prefix(1);
            else if (closing == callEnd)
                return isArgument() ? Kind::Number : Kind::Unclear;
            else
                return closing == ']' && m_rest.find_first_of(", \n") == 0 ? Kind::Unclear : Kind::Other;
        }
        return Kind::Number;
    }

    /// `, device='cuda:0')`
    bool isArgument() const
    {
        const std::size_t begin = m_rest.find_first_not_of(", ");
        if (!m_rest.starts_with(',') || begin == std::string_view::npos || !isLetter(m_rest[begin]))
            return false;
        const std::size_t end = m_rest.find_first_of("=,() ", begin);
        return end != std::string_view::npos && m_rest[end] == '=';
    }

    static constexpr char callEnd = 'c';

    std::string_view m_line;
    std::string_view m_rest;
    std::string_view m_name;
    std::string m_closing; ///< what has to follow, the last first; callEnd: further arguments may
    std::string m_number;
    std::size_t m_taken = 0;
};

/// Of "0.4sh: line 1: 4711 Killed  python3 train.py" the place behind the number, as bash says it.
std::size_t beforeBash(std::string_view line)
{
    const std::size_t mark = line.find(": line ");
    if (mark == std::string_view::npos)
        return mark;
    std::size_t begin = mark;
    while (begin > 0 && (isLetter(line[begin - 1]) ||
                         std::string_view("/._-").find(line[begin - 1]) != std::string_view::npos))
        --begin;
    const std::string_view script = line.substr(begin, mark - begin);
    const std::string_view number = line.substr(mark + 7);
    const std::size_t digits = std::min(number.find_first_not_of("0123456789"), number.size());
    const bool isBash = script.ends_with("sh") && digits > 0 && number.substr(digits).starts_with(": ");
    return isBash && begin > 0 && isDigit(line[begin - 1]) ? begin : std::string_view::npos;
}

} // namespace

PrintedNumber printedNumber(std::string_view line, std::size_t first, std::string_view name)
{
    return Scanner(line, first, name).read();
}

std::string_view withoutShellMessage(std::string_view line)
{
    constexpr std::string_view dumped = " (core dumped)";
    constexpr int lastOfPosix = 31;
    const std::string_view whole = line;
    if (line.ends_with(dumped))
        line.remove_suffix(dumped.size());
    for (int signal = 1; signal <= lastOfPosix; ++signal) {
        const char* const words = strsignal(signal);
        const std::size_t length = words != nullptr ? std::strlen(words) : 0;
        if (length > 0 && line.size() > length && line.ends_with(words) &&
            isOfWord(line[line.size() - length - 1]))
            return line.substr(0, line.size() - length);
    }
    return whole.substr(0, std::min(beforeBash(whole), whole.size()));
}

} // namespace widthwise
