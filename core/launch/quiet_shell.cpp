// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/quiet_shell.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

namespace widthwise {

namespace {

constexpr std::string_view silence = "{ exec 9>&2 2>/dev/null\n";
constexpr std::string_view silenceEnd = "\n}";

struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// A simple command in a script.
struct Command {
    Span whole;
    std::optional<Span> program; ///< none: assignments or redirections alone
};

bool isReserved(std::string_view word)
{
    constexpr std::array<std::string_view, 20> words{
        "if",   "then", "elif", "else", "fi", "while", "until", "for",      "do",     "done",
        "case", "esac", "{",    "}",    "!",  "[[",    "time",  "function", "select", "coproc"};
    return std::ranges::count(words, word) > 0;
}

bool isNameCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isAssignment(std::string_view word)
{
    const std::size_t end = word.find('=');
    return end != std::string_view::npos && end > 0 &&
           std::isdigit(static_cast<unsigned char>(word[0])) == 0 &&
           std::ranges::all_of(word.substr(0, end), isNameCharacter);
}

/// Reads a list of pipelines of simple commands; gives up on all else.
class LastPipeline {
public:
    explicit LastPipeline(std::string_view text) : m_text(text) {}

    /// Empty where the text is something else.
    std::vector<Command> read()
    {
        while (m_at < m_text.size() && m_sound)
            step();
        if (!m_command && !m_pipeline.empty() && m_piped)
            m_sound = false;
        endCommand();
        if (m_pipeline.empty())
            m_pipeline = std::move(m_before);
        const bool whole =
            std::ranges::all_of(m_pipeline, [](const Command& c) { return c.program.has_value(); });
        return m_sound && whole ? std::move(m_pipeline) : std::vector<Command>();
    }

private:
    void step()
    {
        const char c = m_text[m_at];
        const char next = m_at + 1 < m_text.size() ? m_text[m_at + 1] : '\n';
        if (c == ' ' || c == '\t')
            ++m_at;
        else if (c == '\\' && next == '\n')
            m_at += 2;
        else if (c == '#' || c == '(' || c == ')' || (c == '|' && (next == '|' || next == '&')) ||
                 (c == '&' && next != '&') || (c == ';' && next == ';'))
            m_sound = false;
        else if (c == '<' || c == '>')
            redirection(next);
        else if (c == '|')
            separate(1, true);
        else if (c == '&' || c == ';' || c == '\n')
            separate(c == '&' ? 2 : 1, false);
        else
            word();
    }

    void redirection(char next)
    {
        if (m_text[m_at] == '<' && next == '<') {
            m_sound = false;
            return;
        }
        open();
        m_at += next == '>' || next == '&' || next == '|' ? 2 : 1;
        m_target = true;
        m_command->whole.end = m_at;
    }

    void separate(std::size_t length, bool pipes)
    {
        const bool blank = !m_command;
        endCommand();
        m_at += length;
        if (blank && m_piped)
            return; // a newline behind a |
        m_piped = pipes;
        if (!pipes && !m_pipeline.empty())
            m_before = std::exchange(m_pipeline, {});
        if (!pipes && length == 2)
            m_before.clear(); // something has to follow
    }

    void open()
    {
        if (!m_command)
            m_command = Command{{m_at, m_at}, {}};
    }

    void word()
    {
        open();
        const std::size_t begin = m_at;
        while (m_at < m_text.size() &&
               std::string_view(" \t\n;&|<>()").find(m_text[m_at]) == std::string_view::npos)
            character();
        const std::string_view text = m_text.substr(begin, m_at - begin);
        m_command->whole.end = m_at;
        const bool numbersDescriptor = m_at < m_text.size() && (m_text[m_at] == '<' || m_text[m_at] == '>') &&
                                       text.find_first_not_of("0123456789") == std::string_view::npos;
        if (numbersDescriptor || std::exchange(m_target, false) || m_command->program || isAssignment(text))
            return;
        m_command->program = Span{begin, m_at};
        m_sound = m_sound && !isReserved(text);
    }

    void character()
    {
        const char c = m_text[m_at];
        if (c == '\\')
            ++m_at;
        else if (c == '\'')
            m_at = std::min(m_text.find('\'', m_at + 1), m_text.size());
        else if (c == '"')
            doubleQuotes();
        else
            check();
        ++m_at;
    }

    void doubleQuotes()
    {
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            check();
            m_at += m_text[m_at] == '\\' ? 1 : 0;
        }
    }

    /// Of expansions only those of variables are followed.
    void check()
    {
        const std::string_view rest = m_text.substr(m_at);
        if (!rest.starts_with('`') && !rest.starts_with("$(") && !rest.starts_with("${"))
            return;
        const std::string_view name = rest.substr(0, rest.find('}'));
        m_sound = m_sound && name.starts_with("${") && name.size() < rest.size() &&
                  std::ranges::all_of(name.substr(2), isNameCharacter);
    }

    void endCommand()
    {
        if (m_command)
            m_pipeline.push_back(*m_command);
        m_command.reset();
        m_target = false;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_sound = true;
    bool m_piped = false;  ///< behind a |
    bool m_target = false; ///< the next word is that of a redirection
    std::optional<Command> m_command;
    std::vector<Command> m_pipeline;
    std::vector<Command> m_before; ///< the pipeline that ends the text, where nothing follows
};

/// In a process of its own, which becomes the program, unless the shell itself knows that name.
std::string alone(std::string_view text, const Command& command)
{
    const auto part = [text](std::size_t begin, std::size_t end) {
        return std::string(text.substr(begin, end - begin));
    };
    const std::string program = part(command.program->begin, command.program->end);
    return "(exec 2>&9 9>&-\ncase $(command -v " + program +
           ") in\n*/*) widthwise_exec=exec ;;\n*) widthwise_exec= ;;\nesac\n" +
           part(command.whole.begin, command.program->begin) + "$widthwise_exec " +
           part(command.program->begin, command.whole.end) + "\n)";
}

} // namespace

std::string withQuietShell(std::string_view command)
{
    const std::vector<Command> pipeline = LastPipeline(command).read();
    if (pipeline.empty())
        return std::string(command);
    std::string quiet(command.substr(0, pipeline.front().whole.begin));
    quiet += silence;
    for (std::size_t i = 0; i < pipeline.size(); ++i)
        quiet += (i > 0 ? " | " : "") + alone(command, pipeline[i]);
    return quiet + std::string(silenceEnd);
}

} // namespace widthwise
