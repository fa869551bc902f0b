// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/shell_reader.h"

#include <algorithm>
#include <utility>

namespace widthwise {

namespace {

constexpr const char* asDelimiter = "what ends a here-document cannot be a value: write a fixed word";
constexpr const char* inQuotedDocument =
    "nothing can be quoted in a here-document whose delimiter has quotes: leave those quotes out";
constexpr const char* inScriptDocument = "a shell would read the value once more, as commands: hand it over "
                                         "as a word, as in sh -s {name} <<'END', "
                                         "and write \"$1\" in the lines";
constexpr const char* behindDelimiter =
    "the line begins like the end of its here-document, which some shells take for it: choose another end";
constexpr const char* inSubstitution =
    "within $(…) in a here-document a value of several lines could end it: put it into a variable first, as "
    "in x={name}";

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.-+!%").find(c) != std::string_view::npos;
}

std::string_view lineAt(std::string_view text, std::size_t place)
{
    return text.substr(place, text.find('\n', place) - place);
}

std::string_view withoutTabs(std::string_view line)
{
    return line.substr(std::min(line.find_first_not_of('\t'), line.size()));
}

/// Some shells join lines before they look for the delimiter.
bool joinsToDelimiter(std::string_view body, std::string_view delimiter)
{
    std::string joined;
    bool joins = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        joins = body.substr(i, 2) == "\\\n";
        const std::size_t pair = body[i] == '\\' ? 2 : 1;
        if (!joins)
            joined += body.substr(i, pair);
        i += pair - 1;
    }
    for (std::size_t line = 0; line < joined.size(); line += lineAt(joined, line).size() + 1)
        if (withoutTabs(lineAt(joined, line)) == delimiter)
            return true;
    return joins;
}

} // namespace

void ShellReader::startHereDocument()
{
    HereDocument document;
    if (at(joined(m_at)) == '-') {
        document.tabsGo = true;
        m_at = joined(m_at) + 1;
    }
    while (at(m_at = joined(m_at)) == ' ' || at(m_at) == '\t')
        ++m_at;
    char quote = 0;
    for (; (m_at = joined(m_at)) < m_end; ++m_at) {
        const char c = m_text[m_at];
        if (quote == 0 && std::string_view(" \t\n;&|<>()").find(c) != none)
            break;
        if (c == valueMark) {
            refuseNext(asDelimiter);
            lose(asDelimiter);
            --m_at;
        } else if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '\'' || c == '"')) {
            quote = c;
            document.quoted = true;
        } else if (quote == 0 && c == '\\') {
            document.quoted = true;
        } else if (isPlain(c)) {
            document.delimiter += c;
        } else {
            lose("the here-document before it ends with an unusual word: choose letters and digits");
        }
    }
    m_documents.push_back(std::move(document));
}

void ShellReader::readHereDocuments()
{
    for (const HereDocument& document : std::exchange(m_documents, {}))
        readBody(document);
}

void ShellReader::readBody(const HereDocument& document)
{
    const std::size_t first = m_places.size();
    const std::size_t begin = m_at;
    std::size_t line = begin;
    const auto isEnd = [&](std::size_t place) {
        const std::string_view text = lineAt(m_text.substr(0, m_end), place);
        return (document.tabsGo ? withoutTabs(text) : text) == document.delimiter;
    };
    while (line < m_end && !isEnd(line))
        line = std::min(m_text.find('\n', line), m_end - 1) + 1;
    const bool ended = line < m_end;
    if (!document.quoted && joinsToDelimiter(m_text.substr(begin, line - begin), document.delimiter))
        lose("shells differ in where the here-document before it ends: no line before its end may end in \\");

    const std::size_t end = std::exchange(m_end, line);
    const char* before = std::exchange(m_barred, document.isScript ? inScriptDocument
                                                 : document.quoted ? inQuotedDocument
                                                                   : m_barred);
    while (!done()) {
        const char c = m_text[m_at];
        if (c == valueMark) {
            const std::size_t start = m_text.rfind('\n', m_at) + 1;
            const bool alike =
                withoutTabs(m_text.substr(start, m_at - start)).starts_with(document.delimiter);
            if (alike && !m_barred)
                refuseNext(behindDelimiter);
            else
                value(ShellPlace::Kind::HereDocument);
        } else if (document.quoted || (c != '\\' && c != '$' && c != '`')) {
            ++m_at;
        } else {
            const char* barred = std::exchange(m_barred, m_barred || c != '$' ? m_barred : inSubstitution);
            part(c, true);
            m_barred = barred;
        }
    }
    m_barred = before;
    m_end = end;
    if (!ended)
        unclosed(first, "the here-document");
    m_at = std::min(m_end, line + lineAt(m_text.substr(0, m_end), std::min(line, m_end)).size() + 1);
}

} // namespace widthwise
