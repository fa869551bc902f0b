// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/command_template.h"

#include "core/experiment/shell_places.h"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace widthwise {

namespace {

using Kind = ShellPlace::Kind;

struct Name {
    std::string text;
    std::size_t brace; ///< see CommandProblem
};

/// A command as the shell sees it, with a valueMark for each name.
struct Template {
    std::string text;
    std::vector<Name> names;
    std::vector<ShellPlace> places;
    std::vector<CommandProblem> problems;
};

/// The name in the braces that open at `brace`; empty where there is none.
std::string_view nameAt(std::string_view command, std::size_t brace)
{
    const std::size_t end = command.find_first_of("{} \t\n", brace + 1);
    if (end == std::string_view::npos || command[end] != '}')
        return {};
    return command.substr(brace + 1, end - brace - 1);
}

void readBraces(std::string_view command, Template& result)
{
    std::size_t brace = 0;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        const bool doubled = (c == '{' || c == '}') && i + 1 < command.size() && command[i + 1] == c;
        if (c == valueMark) {
            result.problems.push_back({brace, "a NUL, which no command line can hold"});
        } else if (c != '{' || doubled) {
            result.text += c;
            brace += c == '{' ? 2 : 0;
            i += doubled;
        } else if (const std::string_view name = nameAt(command, i); !name.empty()) {
            result.text += valueMark;
            result.names.push_back({std::string(name), brace++});
            i += name.size() + 1;
        } else {
            result.problems.push_back({brace++, "a { without a name and its }: \"" +
                                                    std::string(command.substr(i, 20)) +
                                                    "\"; write {{ for a brace"});
        }
    }
}

Template templateOf(std::string_view command)
{
    Template result;
    readBraces(command, result);
    if (!result.problems.empty())
        return result;
    result.places = shellPlaces(result.text);
    for (std::size_t i = 0; i < result.names.size(); ++i)
        if (result.places[i].kind == Kind::Refused)
            result.problems.push_back(
                {result.names[i].brace,
                 "{" + result.names[i].text + "} cannot stand here: " + result.places[i].reason});
    return result;
}

Template soundTemplate(std::string_view command)
{
    Template result = templateOf(command);
    if (!result.problems.empty())
        throw std::invalid_argument(result.problems.front().message);
    return result;
}

bool isSafe(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_./-+:=@%,").find(c) != std::string_view::npos;
    });
}

/// As the first word of a command, or in `case`.
bool isReserved(std::string_view text)
{
    constexpr std::array<std::string_view, 20> words{
        "if",    "then", "else", "elif", "fi",       "do",     "done",   "case", "esac", "while",
        "until", "for",  "in",   "time", "function", "select", "coproc", "[",    "let",  "eval"};
    return text.find('=') != std::string_view::npos || std::ranges::count(words, text) > 0;
}

/// `text` with `before` in front of each of the `special` characters.
std::string escaped(std::string_view text, std::string_view special)
{
    std::string result;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos)
            result += '\\';
        result += c;
    }
    return result;
}

std::string withinSingleQuotes(std::string_view text)
{
    std::string result;
    for (const char c : text)
        result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result;
}

/// Each line begins with an expansion to nothing, so that it is never the delimiter and keeps its tabs.
std::string hereText(std::string_view text)
{
    std::string result = "${x+}";
    for (const char c : escaped(text, "\\$`"))
        result += c == '\n' ? std::string("\n${x+}") : std::string(1, c);
    return result;
}

std::string quoted(const std::string& value, const ShellPlace& place)
{
    switch (place.kind) {
    case Kind::SingleQuotes:
        return withinSingleQuotes(value);
    case Kind::DoubleQuotes:
        return escaped(value, "\"\\$`");
    case Kind::HereDocument:
        return hereText(value);
    default:
        break;
    }
    const bool plain = isSafe(value) && !place.needsQuotes && !(place.startsWord && isReserved(value));
    return plain ? value : "'" + withinSingleQuotes(value) + "'";
}

/// Writes a command from its beginning to its end, and takes back what has to go.
class Filler {
public:
    explicit Filler(const Template& source) : m_source(source) {}

    void add(std::size_t index, const std::optional<std::string>& value)
    {
        const ShellPlace& place = m_source.places[index];
        const std::string& name = m_source.names[index].text;
        if (value && value->find('\0') != std::string::npos)
            throw std::invalid_argument("the value of " + name + " has a NUL in it, which no command can");
        m_values.push_back(place.kind == Kind::Comment        ? '{' + name + '}'
                           : value                            ? quoted(*value, place)
                           : place.kind == Kind::HereDocument ? hereText({})
                                                              : std::string());
        if (!value && place.kind != Kind::Comment && place.kind != Kind::HereDocument)
            drop(place);
    }

    std::string finished() const
    {
        std::string result;
        std::size_t index = 0;
        std::size_t gone = 0;
        for (std::size_t i = 0; i < m_source.text.size(); ++i) {
            for (; gone < m_dropped.size() && m_dropped[gone].to <= i;)
                ++gone;
            const bool stays = gone == m_dropped.size() || i < m_dropped[gone].from;
            if (!stays && i == m_dropped[gone].from)
                result += m_dropped[gone].instead;
            if (m_source.text[i] != valueMark)
                result.append(stays ? 1 : 0, m_source.text[i]);
            else if (const std::string& value = m_values[index++]; stays)
                result += value;
        }
        return result;
    }

private:
    struct Dropped {
        std::size_t from;
        std::size_t to;
        std::string instead;
    };

    /// With the blank before it, where nothing takes its place.
    void drop(const ShellPlace& place)
    {
        std::size_t from = place.from;
        if (place.instead.empty() && from > 0 && m_source.text[from - 1] == ' ')
            --from;
        while (!m_dropped.empty() && m_dropped.back().from >= from) // within this word
            m_dropped.pop_back();
        if (m_dropped.empty() || m_dropped.back().to < place.to)
            m_dropped.push_back(
                {m_dropped.empty() ? from : std::max(from, m_dropped.back().to), place.to, place.instead});
    }

    const Template& m_source;
    std::vector<std::string> m_values;
    std::vector<Dropped> m_dropped; ///< in order
};

} // namespace

const std::vector<std::string>& commandVariables()
{
    static const std::vector<std::string> names{"trial_dir",      "trial",      "attempt",
                                                "experiment_dir", "until_step", "start_from"};
    return names;
}

std::vector<CommandProblem> commandProblems(std::string_view command)
{
    return templateOf(command).problems;
}

std::vector<CommandProblem> absenceProblems(std::string_view command,
                                            const std::function<bool(std::string_view)>& mayBeAbsent)
{
    const Template source = templateOf(command);
    if (!source.problems.empty())
        return {};
    using Part = std::pair<std::size_t, std::size_t>;
    std::map<Part, bool> goes; // of a command that has to be there, each part
    for (std::size_t i = 0; i < source.names.size(); ++i)
        if (const ShellPlace& place = source.places[i]; place.command > 0)
            goes[{place.command, place.part}] |= mayBeAbsent(source.names[i].text);
    std::vector<CommandProblem> problems;
    for (std::size_t i = 0; i < source.names.size(); ++i) {
        const std::size_t number = source.places[i].command;
        const auto isOther = [number](const auto& part) { return part.first.first != number; };
        const std::string& name = source.names[i].text;
        if (number > 0 && mayBeAbsent(name) &&
            std::ranges::all_of(goes, [&](const auto& part) { return isOther(part) || part.second; }))
            problems.push_back(
                {source.names[i].brace,
                 "{" + name +
                     "} is not there in every trial, as it has a when, and without it nothing is "
                     "left of its command: begin that with a word that stays, as in command {" +
                     name + "}"});
    }
    return problems;
}

std::vector<std::string> placeholders(std::string_view command)
{
    const Template sound = soundTemplate(command);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < sound.names.size(); ++i)
        if (sound.places[i].kind != Kind::Comment)
            names.push_back(sound.names[i].text);
    return names;
}

std::string fillCommand(std::string_view command,
                        const std::function<std::optional<std::string>(std::string_view)>& value)
{
    const Template sound = soundTemplate(command);
    Filler filler(sound);
    for (std::size_t i = 0; i < sound.names.size(); ++i)
        filler.add(i, value(sound.names[i].text));
    return filler.finished();
}

} // namespace widthwise
