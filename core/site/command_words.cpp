// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/command_words.h"

#include <algorithm>
#include <utility>

namespace widthwise {

namespace {

constexpr std::string_view separators = " \t\n;|&()<>`";

class Scan {
public:
    explicit Scan(std::set<std::string>& words) : m_words(words) {}

    void command(std::string_view text)
    {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '\\' && m_quote != '\'' && i + 1 < text.size())
                add(text[++i]);
            else if (m_quote != 0 && c == m_quote)
                m_quote = 0;
            else if (m_quote == 0 && (c == '\'' || c == '"'))
                open(c);
            else if (m_quote == 0 && c == '#' && m_word.empty())
                i = std::min(text.find('\n', i), text.size());
            else if (m_quote == 0 && separators.find(c) != std::string_view::npos)
                endWord();
            else
                m_word += c;
        }
        endWord();
    }

private:
    void add(char c)
    {
        if (c != '\n') // which only joins two lines
            m_word += c;
    }

    void open(char quote)
    {
        m_quote = quote;
        m_quoted = true;
    }

    void endWord()
    {
        const std::string word = std::exchange(m_word, {});
        const bool quoted = std::exchange(m_quoted, false);
        if (word.empty())
            return;
        m_words.insert(word);
        for (std::size_t equals = word.find('='); equals != std::string::npos;
             equals = word.find('=', equals + 1))
            pieces(std::string_view(word).substr(equals + 1));
        pieces(word);
        if (quoted)
            Scan(m_words).command(word);
    }

    void pieces(std::string_view list)
    {
        m_words.emplace(list);
        for (std::size_t comma = list.find(','); comma != std::string_view::npos; comma = list.find(',')) {
            m_words.emplace(list.substr(0, comma));
            list.remove_prefix(comma + 1);
        }
        m_words.emplace(list);
    }

    std::set<std::string>& m_words;
    std::string m_word;
    char m_quote = 0;
    bool m_quoted = false;
};

} // namespace

std::set<std::string> wordsOf(std::string_view command)
{
    std::set<std::string> words;
    Scan(words).command(command);
    words.erase("");
    return words;
}

} // namespace widthwise
