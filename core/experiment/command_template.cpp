// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/command_template.h"

#include <algorithm>
#include <stdexcept>

namespace widthwise {

namespace {

/// A name in braces, or text that stands as it is.
struct Piece {
    bool isName;
    std::string text;
};

std::string nameAt(std::string_view command, std::size_t brace)
{
    const std::size_t end = command.find_first_of("{} \t\n", brace + 1);
    if (end == std::string_view::npos || command[end] != '}' || end == brace + 1) {
        const std::string place = std::string(command.substr(brace, 20));
        throw std::invalid_argument("a { without a name and its }: \"" + place + "\"; write {{ for a brace");
    }
    return std::string(command.substr(brace + 1, end - brace - 1));
}

std::vector<Piece> piecesOf(std::string_view command)
{
    std::vector<Piece> pieces{{false, {}}};
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        const bool doubled = i + 1 < command.size() && command[i + 1] == c;
        if (c == '{' && !doubled) {
            pieces.push_back({true, nameAt(command, i)});
            i += pieces.back().text.size() + 1;
            pieces.push_back({false, {}});
            continue;
        }
        if ((c == '{' || c == '}') && doubled)
            ++i;
        pieces.back().text += c;
    }
    return pieces;
}

bool isSafe(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_./-+:=@%,").find(c) != std::string_view::npos;
    });
}

/// Follows the shell's quotes and gathers arguments.
class Filler {
public:
    void text(std::string_view text)
    {
        for (const char c : text) {
            const bool blank = c == ' ' || c == '\t' || c == '\n';
            if (blank && m_quote == 0 && !m_escaped) {
                endArgument();
                m_result += c;
                continue;
            }
            m_argument += c;
            if (m_escaped)
                m_escaped = false;
            else if (c == '\\' && m_quote != '\'')
                m_escaped = true;
            else if (m_quote != 0 && c == m_quote)
                m_quote = 0;
            else if (m_quote == 0 && (c == '\'' || c == '"'))
                m_quote = c;
        }
    }

    void value(const std::optional<std::string>& value)
    {
        m_dropped = m_dropped || !value;
        if (!value)
            return;
        if (isSafe(*value) || (m_quote != 0 && value->empty()))
            m_argument += *value;
        else if (m_quote == '"')
            m_argument += escaped(*value, "\"\\$`", "\\");
        else
            m_argument += (m_quote ? "" : "'") + escaped(*value, "'", "'\\") + (m_quote ? "" : "'");
    }

    std::string finished()
    {
        endArgument();
        return std::move(m_result);
    }

private:
    static std::string escaped(std::string_view text, std::string_view special, std::string_view before)
    {
        std::string result;
        for (const char c : text) {
            const bool isSpecial = special.find(c) != std::string_view::npos;
            if (isSpecial)
                result += before;
            result += c;
            if (isSpecial && c == '\'')
                result += '\'';
        }
        return result;
    }

    void endArgument()
    {
        if (m_dropped && m_result.ends_with(' '))
            m_result.pop_back();
        if (!m_dropped)
            m_result += m_argument;
        m_argument.clear();
        m_dropped = false;
    }

    std::string m_result;
    std::string m_argument;
    char m_quote = 0;
    bool m_escaped = false;
    bool m_dropped = false;
};

} // namespace

const std::vector<std::string>& commandVariables()
{
    static const std::vector<std::string> names{"trial_dir", "trial", "attempt", "experiment_dir"};
    return names;
}

std::vector<std::string> placeholders(std::string_view command)
{
    std::vector<std::string> names;
    for (const Piece& piece : piecesOf(command))
        if (piece.isName)
            names.push_back(piece.text);
    return names;
}

std::string fillCommand(std::string_view command,
                        const std::function<std::optional<std::string>(std::string_view)>& value)
{
    Filler filler;
    for (const Piece& piece : piecesOf(command)) {
        if (piece.isName)
            filler.value(value(piece.text));
        else
            filler.text(piece.text);
    }
    return filler.finished();
}

} // namespace widthwise
