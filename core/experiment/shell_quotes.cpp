// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/shell_reader.h"

#include <utility>

namespace widthwise {

namespace {

using Kind = ShellPlace::Kind;

constexpr const char* inArithmetic =
    "arithmetic would compute what the value says: put it into a variable first, as in n={name}; "
    "echo $((n + 1))";
constexpr const char* inBackquotes = "no quotes keep a value whole within `…`: write $(…) instead";
constexpr const char* inBraces =
    "no quotes keep a value whole within ${…}: put it into a variable first, as in x={name}";
constexpr const char* inDollarQuotes = "only some shells know $'…': write '…' instead";
constexpr const char* behindBackslash = "the \\ before it would be taken for a part of it: leave it out";
constexpr const char* behindDollar =
    "behind a $ it would name a variable: leave the $ out, or write ${{NAME}} for a variable of the shell";

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

std::size_t ShellReader::joined(std::size_t place) const
{
    while (place + 1 < m_end && m_text[place] == '\\' && m_text[place + 1] == '\n')
        place += 2;
    return place;
}

void ShellReader::value(Kind kind)
{
    ShellPlace place;
    place.kind = kind;
    place.from = m_at;
    place.to = m_at + 1;
    if (kind == Kind::Plain)
        describePlain(place);
    if (kind != Kind::Comment && (m_barred || !m_lost.empty())) {
        place.kind = Kind::Refused;
        place.reason = m_barred ? m_barred : m_lost;
    }
    if (m_word && kind != Kind::Comment)
        m_word->values.push_back(m_places.size());
    m_places.push_back(std::move(place));
    ++m_at;
}

void ShellReader::refuseNext(const char* reason)
{
    const char* before = std::exchange(m_barred, reason);
    value(Kind::Plain);
    m_barred = before;
}

void ShellReader::lose(std::string reason)
{
    if (m_lost.empty())
        m_lost = std::move(reason);
}

void ShellReader::unclosed(std::size_t firstPlace, const std::string& what)
{
    lose(what + " before it is never closed");
    for (std::size_t i = firstPlace; i < m_places.size(); ++i) {
        m_places[i].kind = Kind::Refused;
        m_places[i].reason = m_lost;
    }
}

void ShellReader::escape()
{
    ++m_at;
    if (!done() && m_text[m_at] == valueMark)
        refuseNext(behindBackslash);
    else if (!done())
        ++m_at;
}

void ShellReader::singleQuotes()
{
    const std::size_t first = m_places.size();
    for (++m_at; !done();) {
        if (m_text[m_at] == valueMark)
            value(Kind::SingleQuotes);
        else if (m_text[m_at++] == '\'')
            return;
    }
    unclosed(first, "the '");
}

void ShellReader::doubleQuotes()
{
    const std::size_t first = m_places.size();
    for (++m_at; !done();) {
        const char c = m_text[m_at];
        if (c == '"') {
            ++m_at;
            return;
        }
        if (c == valueMark)
            value(Kind::DoubleQuotes);
        else
            part(c, true);
    }
    unclosed(first, "the \"");
}

void ShellReader::part(char c, bool quoted)
{
    if (c == '\\')
        escape();
    else if (c == '`')
        backquotes();
    else if (c == '$')
        dollar(quoted);
    else if (c == valueMark)
        value(Kind::Plain);
    else
        ++m_at;
}

void ShellReader::backquotes()
{
    const std::size_t first = m_places.size();
    const char* before = std::exchange(m_barred, inBackquotes);
    for (++m_at; !done() && m_text[m_at] != '`';) {
        if (m_text[m_at] == '\\')
            escape();
        else if (m_text[m_at] == valueMark)
            value(Kind::Plain);
        else
            ++m_at;
    }
    m_barred = before;
    if (done())
        unclosed(first, "the `");
    else
        ++m_at;
}

void ShellReader::dollar(bool quoted)
{
    if (isTooDeep())
        return;
    ++m_depth;
    const std::size_t next = joined(m_at + 1);
    const char c = next < m_end ? m_text[next] : '\n';
    const std::size_t second = joined(next + 1);
    if (c == '(' && at(second) == '(' && second < m_end) {
        m_at = second + 1;
        arithmetic('(', ')', 2);
    } else if (c == '(') {
        m_at = next + 1;
        substitution();
    } else if (c == '{') {
        m_at = next + 1;
        braces(quoted);
    } else if (c == '[') {
        m_at = next + 1;
        arithmetic('[', ']', 1);
    } else if (c == '\'' && !quoted) {
        m_at = next;
        dollarQuotes();
    } else {
        variable(next);
    }
    --m_depth;
}

void ShellReader::variable(std::size_t place)
{
    const std::size_t begin = place;
    while (place < m_end && isNameCharacter(m_text[place]))
        place = joined(place + 1);
    const bool special = place == begin && std::string_view("@*#?-$!").find(at(place)) != none;
    m_at = special ? place + 1 : place;
    if (!special && !done() && m_text[m_at] == valueMark)
        refuseNext(behindDollar);
}

/// `$(`: a list of its own, with here-documents of its own.
void ShellReader::substitution()
{
    const std::size_t first = m_places.size();
    Word* word = std::exchange(m_word, nullptr);
    std::vector<HereDocument> documents = std::exchange(m_documents, {});
    const bool closed = list(true);
    if (!m_documents.empty())
        lose("a here-document before it begins within $(…) and ends outside: put the ) on a line of its own");
    m_documents = std::move(documents);
    m_word = word;
    if (!closed)
        unclosed(first, "the $(");
}

void ShellReader::braces(bool quoted)
{
    const std::size_t first = m_places.size();
    const char* before = std::exchange(m_barred, inBraces);
    while (!done() && m_text[m_at] != '}') {
        const char c = m_text[m_at];
        if (quoted && (c == '\'' || c == '"'))
            lose("shells differ in what quotes mean within \"${…}\": put that into a variable first");
        if (c == '\'' && !quoted)
            singleQuotes();
        else if (c == '"' && !quoted)
            doubleQuotes();
        else
            part(c, quoted);
    }
    m_barred = before;
    if (done())
        unclosed(first, "the ${");
    else
        ++m_at;
}

/// Behind `depth` opening signs.
void ShellReader::arithmetic(char opening, char closing, int depth)
{
    const std::size_t first = m_places.size();
    const char* before = std::exchange(m_barred, inArithmetic);
    while (!done() && depth > 0) {
        const char c = m_text[m_at];
        depth += (c == opening) - (c == closing);
        if (c == '\'' || c == '"')
            lose("shells differ in how they read the arithmetic before it");
        if (depth == 1 && c == closing && opening == '(' && at(joined(m_at + 1)) != closing)
            lose("shells differ in whether the (( before it begins arithmetic: put a blank between them");
        part(c, true);
    }
    m_barred = before;
    if (depth > 0)
        unclosed(first, "the arithmetic");
}

/// bash, and the next POSIX, know escapes in it; others take the $ for itself.
void ShellReader::dollarQuotes()
{
    const char* before = std::exchange(m_barred, inDollarQuotes);
    const std::size_t first = m_places.size();
    for (++m_at; !done() && m_text[m_at] != '\'';) {
        if (m_text[m_at] == '\\' && at(m_at + 1) == '\'')
            lose("shells differ in where the $'…' before it ends: write '…' instead");
        if (m_text[m_at] == '\\')
            escape();
        else if (m_text[m_at] == valueMark)
            value(Kind::Plain);
        else
            ++m_at;
    }
    m_barred = before;
    if (done())
        unclosed(first, "the $'");
    else
        ++m_at;
}

} // namespace widthwise
