// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/program_words.h"

#include <stdexcept>

namespace widthwise {

namespace {

constexpr std::string_view blanks = " \t\n";

[[noreturn]] void refuseForShell(char sign)
{
    throw std::invalid_argument(std::string(1, sign) +
                                " means something to a shell alone, and this runs without one: put it "
                                "in single quotes, or write sh -c '…'");
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : m_text(text) {}

    std::vector<std::string> words()
    {
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (blanks.find(c) != std::string_view::npos)
                endWord();
            else
                take(c);
        }
        endWord();
        if (m_words.empty() || m_words.front().empty())
            throw std::invalid_argument("expected a program, as in python3 my_sampler.py");
        return std::move(m_words);
    }

private:
    void take(char c)
    {
        const bool begins = !m_open;
        m_open = true;
        if (c == '\'' || c == '"')
            quoted(c);
        else if (c == '\\')
            escaped();
        else if (std::string_view("|&;<>()$`*?[").find(c) != std::string_view::npos ||
                 (begins && (c == '#' || c == '~')))
            refuseForShell(c);
        else
            m_word += c;
    }

    void quoted(char quote)
    {
        while (++m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == quote)
                return;
            if (quote == '"' && (c == '$' || c == '`'))
                refuseForShell(c);
            const bool escapes = quote == '"' && c == '\\' && m_at + 1 < m_text.size() &&
                                 std::string_view("\"\\$`").find(m_text[m_at + 1]) != std::string_view::npos;
            m_word += escapes ? m_text[++m_at] : c;
        }
        throw std::invalid_argument(std::string("a quote is not closed: ") + quote);
    }

    void escaped()
    {
        if (++m_at >= m_text.size())
            throw std::invalid_argument("a backslash stands at the end");
        m_word += m_text[m_at];
    }

    void endWord()
    {
        if (m_open)
            m_words.push_back(std::move(m_word));
        m_word.clear();
        m_open = false;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_open = false; ///< a word has begun, which may be empty
    std::string m_word;
    std::vector<std::string> m_words;
};

} // namespace

std::vector<std::string> programWords(std::string_view command)
{
    return Splitter(command).words();
}

} // namespace widthwise
