// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/shell_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace widthwise {

namespace {

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

bool opensGroup(std::string_view word)
{
    constexpr std::array<std::string_view, 6> opening{"{", "if", "while", "until", "for", "case"};
    return std::ranges::count(opening, word) > 0;
}

bool closesGroup(std::string_view word)
{
    constexpr std::array<std::string_view, 4> closing{"}", "fi", "done", "esac"};
    return std::ranges::count(closing, word) > 0;
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

bool ShellReader::list(bool closes, bool follows)
{
    if (isTooDeep())
        return true;
    ++m_depth;
    List list;
    list.joined = follows;
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
    settle(list);
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
    const bool inCase = !list.cases.empty() && list.cases.back() != Case::Body;
    if (!list.commandStarts || (inCase && text != "esac"))
        return;
    if (opensGroup(text))
        openGroup(list);
    else if (closesGroup(text))
        closeGroup(list);
}

void ShellReader::endCommand(List& list)
{
    const char c = m_text[m_at];
    const char next = at(joined(m_at + 1));
    if (c == ';' && (next == ';' || next == '&') && !list.cases.empty())
        list.cases.back() = Case::Pattern;
    const bool empty = !list.constant && list.parts.empty();
    finish(list);
    ++m_at;
    const char before = m_at > 1 ? m_text[m_at - 2] : '\n';
    const bool isOr = c == '|' && (next == '|' || before == '|');
    const bool joins =
        c == '|' || (c == '&' && (next == '&' || before == '|' || (before == '&' && !list.begun)));
    if (c == '\n')
        readHereDocuments();
    list.joined = joins || (list.joined && empty && c == '\n');
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
        this->list(true, true);
        list.constant = true;
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
    list.joined = false;
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
    takePart(list, word, redirection != none, text);
    for (std::size_t i = word.firstPlace; redirection != none && list.hereString && i < m_places.size(); ++i)
        list.hereStrings.push_back(i);
    if (redirection == none)
        takeGroup(list, text);
    if (redirection != none || takeReserved(list, text))
        return;
    const bool assigns = list.commandStarts && isAssignment(text);
    const char* const reason = assigns ? nullptr : list.reading.takes(text, list.commandStarts);
    for (std::size_t i = word.firstPlace; reason != nullptr && i < m_places.size(); ++i)
        refuse(m_places[i], reason);
    if (word.values.empty() && isOption(withoutQuotes(text)))
        list.option = word.begin;
    list.commandStarts = list.commandStarts && isAssignment(text);
}

/// Notes what is left of the command where the values of this word are not there.
void ShellReader::takePart(List& list, const Word& word, bool redirects, std::string_view text)
{
    const bool inCase = !list.cases.empty() && list.cases.back() != Case::Body;
    const bool reserved = list.commandStarts && (opensCommand(text) || opensGroup(text) || closesGroup(text));
    if (inCase && !redirects)
        keep(word, "''");
    if (!redirects && (inCase || reserved)) {
        list.joined = list.joined || (reserved && opensCommand(text));
        list.constant = list.constant || !opensCommand(text);
        return;
    }
    list.constant = list.constant || word.values.empty();
    if (!word.values.empty())
        list.parts.push_back(word.values);
    if (redirects)
        return;
    if (list.keeps == Keeps::Word)
        keep(word, "''");
    else if (list.keeps == Keeps::Assignment && isAssignment(text))
        keep(word, std::string(text.substr(0, text.find('=') + 1)));
    list.assigns = list.assigns || (list.commandStarts && isAssignment(text));
    if (!list.commandStarts || isAssignment(text))
        return;
    list.hasProgram = true;
    list.keeps = keptBy(withoutQuotes(text));
}

/// Its words stay, though their values are not there.
void ShellReader::keep(const Word& word, const std::string& instead)
{
    for (const std::size_t index : word.values) {
        m_places[index].from = word.begin;
        m_places[index].instead = instead;
    }
}

ShellReader::Keeps ShellReader::keptBy(std::string_view program)
{
    constexpr std::array<std::string_view, 3> tests{"[", "[[", "test"};
    constexpr std::array<std::string_view, 5> declarations{"export", "readonly", "local", "declare",
                                                           "typeset"};
    return std::ranges::count(tests, program) > 0          ? Keeps::Word
           : std::ranges::count(declarations, program) > 0 ? Keeps::Assignment
                                                           : Keeps::Nothing;
}

/// Whether nothing may stand where the command stands that ends here.
bool ShellReader::mayBeEmpty(const List& list) const
{
    const char next = at(m_at);
    const bool endsBody = !list.cases.empty() && next == ';' && at(joined(m_at + 1)) == ';';
    return !list.joined && (next == '\n' || next == ')' || endsBody);
}

/// At the end of a command: what must be left of it.
void ShellReader::settle(List& list)
{
    if (list.assigns && !list.hasProgram) {
        for (const std::vector<std::size_t>& part : list.parts)
            for (const std::size_t index : part) {
                ShellPlace& place = m_places[index];
                const std::size_t sign = m_text.substr(place.from, place.to - place.from).find('=');
                if (sign != none && isName(m_text.substr(place.from, sign)))
                    place.instead = m_text.substr(place.from, sign + 1);
            }
    } else if (!list.constant && !list.parts.empty() && !mayBeEmpty(list)) {
        ++m_commands;
        for (std::size_t part = 0; part < list.parts.size(); ++part)
            for (const std::size_t index : list.parts[part]) {
                m_places[index].command = m_commands;
                m_places[index].part = part;
            }
    }
    list.parts.clear();
    list.constant = false;
    list.assigns = list.hasProgram = false;
    list.keeps = Keeps::Nothing;
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
