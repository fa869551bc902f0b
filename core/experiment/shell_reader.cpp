// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/shell_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace widthwise {

namespace {

constexpr const char* inScript =
    "a shell would read the value once more, as commands: hand it over as a word, as in sh -c 'train \"$1\"' "
    "sh {name}";
constexpr const char* inShellInput =
    "a shell would read what is printed, as commands: hand the value over as a word, as in sh -s {name}, and "
    "write \"$1\" in the commands";
constexpr int deepest = 100; ///< $(…), (…) and ${…} within each other

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

bool endsWord(char c)
{
    return isBlank(c) || std::string_view("\n;&|<>()").find(c) != std::string_view::npos;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isName(std::string_view text)
{
    return !text.empty() && !isDigit(text[0]) &&
           std::ranges::all_of(text, [](char c) { return isLetter(c) || isDigit(c) || c == '_'; });
}

bool isAssignment(std::string_view word)
{
    const std::size_t end = word.find_first_of("=[");
    return end != std::string_view::npos && isName(word.substr(0, end));
}

/// Reserved words behind which another command begins.
bool opensCommand(std::string_view word)
{
    constexpr std::array<std::string_view, 9> words{"if",    "then", "elif", "else", "while",
                                                    "until", "do",   "{",    "!"};
    return std::ranges::find(words, word) != words.end();
}

/// `--momentum` or `-m`; neither `--`, `-3` nor `--momentum=0.9`.
bool isOption(std::string_view word)
{
    const std::size_t name = word.find_first_not_of('-');
    return (name == 1 || name == 2) && isLetter(word[name]) && word.find('=') == std::string_view::npos;
}

} // namespace

std::vector<ShellPlace> shellPlaces(std::string_view script)
{
    return ShellReader(script).read();
}

std::vector<ShellPlace> ShellReader::read()
{
    list(false);
    return std::move(m_places);
}

bool ShellReader::list(bool closes)
{
    if (isTooDeep())
        return true;
    ++m_depth;
    List list;
    separate(list, false);
    const List* outer = std::exchange(m_list, &list);
    bool closed = false;
    while (!closed && (m_at = joined(m_at)) < m_end) {
        const char c = m_text[m_at];
        if (isBlank(c))
            ++m_at;
        else if (c == '#')
            comment();
        else if (c == '<' || c == '>')
            redirect(list, m_at);
        else if (c == '(')
            openParenthesis(list);
        else if (c == ')')
            closed = closeParenthesis(list, closes);
        else if (endsWord(c))
            endCommand(list);
        else
            word(list);
    }
    finish(list);
    m_tookInput = list.group.takesInput;
    m_list = outer;
    --m_depth;
    return closed;
}

/// The next word begins a command.
void ShellReader::finish(List& list)
{
    if (list.takesInput || list.reading.takesInput())
        refuseInput(list);
    list.reading = {};
    list.takesInput = false;
    list.hereStrings.clear();
    list.commandStarts = true;
    list.option = list.redirection = none;
}

/// The command that ends here has a shell that reads commands: what its here-documents and here-strings say,
/// or what the commands before it in its pipeline print.
void ShellReader::refuseInput(List& list)
{
    const Mark from = list.group.piped ? list.group.pipeline : list.command;
    for (std::size_t i = from.documents; i < m_documents.size(); ++i)
        m_documents[i].isScript = true;
    for (const std::size_t index : list.hereStrings)
        refuse(m_places[index], inShellInput);
    for (std::size_t i = from.places; list.group.piped && i < list.command.places; ++i)
        refuse(m_places[i], inShellInput);
    list.group.takesInput = list.group.takesInput || !list.group.piped;
}

/// Another command follows.
void ShellReader::separate(List& list, bool pipes)
{
    list.begun = false;
    list.command = here();
    list.group.piped = pipes;
    if (!pipes)
        list.group.pipeline = list.command;
}

void ShellReader::openGroup(List& list)
{
    list.outer.push_back(std::exchange(list.group, {here()}));
    list.command = here();
}

void ShellReader::closeGroup(List& list)
{
    if (list.outer.empty())
        return;
    list.takesInput = std::exchange(list.group, list.outer.back()).takesInput;
    list.outer.pop_back();
}

void ShellReader::takeGroup(List& list, std::string_view text)
{
    constexpr std::array<std::string_view, 6> opening{"{", "if", "while", "until", "for", "case"};
    constexpr std::array<std::string_view, 4> closing{"}", "fi", "done", "esac"};
    const bool inCase = !list.cases.empty() && list.cases.back() != Case::Body;
    if (!list.commandStarts || (inCase && text != "esac"))
        return;
    if (std::ranges::count(opening, text) > 0)
        openGroup(list);
    else if (std::ranges::count(closing, text) > 0)
        closeGroup(list);
}

void ShellReader::endCommand(List& list)
{
    const char c = m_text[m_at];
    const char next = at(joined(m_at + 1));
    if (c == ';' && (next == ';' || next == '&') && !list.cases.empty())
        list.cases.back() = Case::Pattern;
    finish(list);
    ++m_at;
    const bool isOr = c == '|' && (next == '|' || m_text[m_at - 2] == '|');
    if (c == '\n')
        readHereDocuments();
    const bool goesOn = !list.begun && (c == '\n' || c == '&'); // behind a | in the next line, or by |&
    separate(list, goesOn ? list.group.piped : c == '|' && !isOr);
}

void ShellReader::openParenthesis(List& list)
{
    finish(list);
    list.begun = true;
    const std::size_t next = joined(m_at + 1);
    const bool opensPattern = !list.cases.empty() && list.cases.back() == Case::Pattern;
    m_at = opensPattern || at(next) != '(' ? m_at + 1 : next + 1;
    if (opensPattern)
        return;
    if (m_at == next + 1) {
        arithmetic('(', ')', 2); // a command of bash; elsewhere two subshells
    } else {
        this->list(true);
        list.takesInput = m_tookInput;
    }
}

bool ShellReader::closeParenthesis(List& list, bool closes)
{
    finish(list);
    ++m_at;
    if (list.cases.empty() || list.cases.back() != Case::Pattern)
        return closes;
    list.cases.back() = Case::Body;
    separate(list, false);
    return false;
}

void ShellReader::redirect(List& list, std::size_t begin)
{
    const char c = m_text[m_at];
    std::size_t next = joined(m_at + 1);
    list.option = none;
    list.begun = true;
    if (c == '<' && at(next) == '<' && at(joined(next + 1)) != '<') {
        m_at = next + 1;
        startHereDocument();
        return;
    }
    while (next < m_end && std::string_view("<>&|").find(m_text[next]) != std::string_view::npos)
        next = joined(next + 1);
    list.hereString = m_text.substr(m_at, next - m_at).starts_with("<<<");
    m_at = next;
    list.redirection = begin;
}

void ShellReader::comment()
{
    for (; !done() && m_text[m_at] != '\n';) {
        if (m_text[m_at] == valueMark)
            value(ShellPlace::Kind::Comment);
        else
            ++m_at;
    }
}

void ShellReader::word(List& list)
{
    Word word{m_at, m_places.size(), {}};
    Word* outer = std::exchange(m_word, &word);
    readWord();
    m_word = outer;
    const std::string_view text = m_text.substr(word.begin, m_at - word.begin);
    if ((at(m_at) == '<' || at(m_at) == '>') && std::ranges::all_of(text, isDigit))
        redirect(list, word.begin);
    else
        endWord(list, word);
}

void ShellReader::readWord()
{
    while ((m_at = joined(m_at)) < m_end && !endsWord(m_text[m_at])) {
        const char c = m_text[m_at];
        if (c == '\'')
            singleQuotes();
        else if (c == '"')
            doubleQuotes();
        else
            part(c, false);
    }
}

void ShellReader::endWord(List& list, const Word& word)
{
    const std::string_view text = m_text.substr(word.begin, m_at - word.begin);
    const std::size_t redirection = std::exchange(list.redirection, none);
    const std::size_t option = std::exchange(list.option, none);
    for (const std::size_t index : word.values) {
        m_places[index].from = redirection != none ? redirection : option != none ? option : word.begin;
        m_places[index].to = m_at;
    }
    list.begun = true;
    for (std::size_t i = word.firstPlace; redirection != none && list.hereString && i < m_places.size(); ++i)
        list.hereStrings.push_back(i);
    if (redirection == none)
        takeGroup(list, text);
    if (redirection != none || takeReserved(list, text))
        return;
    if (!(list.commandStarts && isAssignment(text)) && list.reading.takes(text, list.commandStarts))
        for (std::size_t i = word.firstPlace; i < m_places.size(); ++i)
            refuse(m_places[i], inScript);
    if (word.values.empty() && isOption(text))
        list.option = word.begin;
    list.commandStarts = list.commandStarts && isAssignment(text);
}

void ShellReader::refuse(ShellPlace& place, const char* reason)
{
    if (place.kind == ShellPlace::Kind::Refused)
        return;
    place.kind = ShellPlace::Kind::Refused;
    place.reason = reason;
}

/// Whether the word was a reserved one, or belongs to `case`.
bool ShellReader::takeReserved(List& list, std::string_view text)
{
    if (!list.cases.empty() && list.cases.back() != Case::Body) {
        Case& state = list.cases.back();
        if (state == Case::Subject)
            state = Case::In;
        else if (state == Case::In && text == "in")
            state = Case::Pattern;
        else if (state == Case::Pattern && text == "esac")
            list.cases.pop_back();
        list.commandStarts = false;
        return true;
    }
    if (!list.commandStarts)
        return false;
    if (text == "case")
        list.cases.push_back(Case::Subject);
    else if (text == "esac" && !list.cases.empty())
        list.cases.pop_back();
    else
        return opensCommand(text);
    list.commandStarts = false;
    return true;
}

/// What even a plain word could mean where it is put.
void ShellReader::describePlain(ShellPlace& place) const
{
    if (!m_word || !m_list)
        return;
    const std::string_view before = m_text.substr(m_word->begin, m_at - m_word->begin);
    std::size_t next = joined(m_at + 1);
    while (next < m_end && isDigit(m_text[next])) // with a digit for a value it would number a descriptor
        next = joined(next + 1);
    const bool redirects = std::string_view("<>(").find(at(next)) != std::string_view::npos;
    place.needsQuotes = redirects || before.find_first_of("{~[") != std::string_view::npos;
    place.startsWord = m_list->commandStarts || !m_list->cases.empty();
    const std::size_t bracket = before.find('[');
    if (m_list->commandStarts && bracket != std::string_view::npos && isName(before.substr(0, bracket)))
        refuse(place, "some shells compute an index in brackets: leave the brackets out");
}

bool ShellReader::isTooDeep()
{
    if (m_depth < deepest)
        return false;
    lose("what it stands in is nested too deeply");
    while (!done()) {
        if (m_text[m_at] == valueMark)
            value(ShellPlace::Kind::Plain);
        else
            ++m_at;
    }
    return true;
}

} // namespace widthwise
