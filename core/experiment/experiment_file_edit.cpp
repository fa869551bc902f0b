// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include "core/experiment/experiment_sections.h"
#include "core/experiment/yaml_writer.h"

#include <algorithm>
#include <map>
#include <optional>

namespace widthwise {

namespace {

/// Lines with their line ends.
std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// A blank line, or a comment that is not indented deeper than `indent` (deeper ones may be text of a block).
bool isTrivia(const std::string& line, std::size_t indent)
{
    const std::size_t first = line.find_first_not_of(" \t\r\n");
    return first == std::string::npos || (line[first] == '#' && first <= indent);
}

/// `---` or `...` as a word of its own; the text of a value may begin with more of them.
bool endsDocument(const std::string& line)
{
    return (line.starts_with("---") || line.starts_with("...")) &&
           (line.size() == 3 || std::string_view(" \t\r\n").find(line[3]) != std::string_view::npos);
}

/// Where a comment at the end of a line begins, with the spaces before it; empty where there is none.
std::string trailingComment(std::string line)
{
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.pop_back();
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quote != 0)
            quote = line[i] == quote ? 0 : quote;
        else if (line[i] == '"' || line[i] == '\'')
            quote = line[i];
        else if (line[i] == '#' && i > 0 && line[i - 1] == ' ')
            return line.substr(line.find_last_not_of(' ', i - 1) + 1);
    }
    return {};
}

/// The lines of a parameter in the text: comments and blank lines before it, then its own.
struct Written {
    std::string before;
    std::string own;
    std::string comment; ///< at the end of its only line
    const Parameter* parameter = nullptr;
};

/// The lines of the section `space:` of a file.
class SpaceText {
public:
    SpaceText(std::string_view yaml) : m_document(yamlDocument(yaml, m_problems)), m_lines(linesOf(yaml))
    {
        for (const auto& [name, value] : m_document.entries())
            if (name == "space")
                m_section = value;
        m_first = m_last = m_lines.size();
        if (m_lines.front().ends_with("\r\n"))
            m_lineEnd = "\r\n";
        if (m_section)
            findLines();
    }

    std::string replacedBy(const SearchSpace& space)
    {
        std::string text = joined(0, m_first);
        if (!text.empty() && text.back() != '\n')
            text += m_lineEnd;
        text += header(space);
        for (const Parameter& parameter : space.parameters())
            text += written(parameter);
        return text + m_tail + joined(m_last, m_lines.size());
    }

private:
    void findLines()
    {
        if (m_document.isInBraces())
            throw ExperimentFileError({{1, 1, "space",
                                        "the file is one mapping in braces, whose text cannot be kept: "
                                        "write its keys on lines of their own"}});
        m_first = lineOf(*m_section);
        m_last = m_lines.size();
        for (const auto& [name, value] : m_document.entries())
            if (lineOf(value) > m_first)
                m_last = std::min(m_last, lineOf(value));
        for (std::size_t line = m_first + 1; line < m_last; ++line)
            if (endsDocument(m_lines[line]))
                m_last = line;
        while (m_last > m_first + 1 && isTrivia(m_lines[m_last - 1], 0))
            --m_last;
        if (m_section->isMap() && !m_section->isInBraces() && areLinesBelow(m_section->entries()))
            splitParameters();
    }

    void splitParameters()
    {
        m_old = readSpace(*m_section);
        const auto entries = m_section->entries();
        m_indent = entries.empty() ? 2 : static_cast<std::size_t>(entries.front().second.keyMark().column);
        std::size_t line = m_first + 1;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            Written& written = m_written[entries[i].first];
            written.parameter = m_old.find(entries[i].first);
            const std::size_t own = lineOf(entries[i].second);
            std::size_t end = i + 1 < entries.size() ? lineOf(entries[i + 1].second) : m_last;
            while (end > own + 1 && isTrivia(m_lines[end - 1], m_indent))
                --end;
            written.before = joined(line, own);
            written.own = joined(own, end);
            if (!written.own.ends_with('\n'))
                written.own += m_lineEnd;
            written.comment = end == own + 1 ? trailingComment(m_lines[own]) : std::string();
            line = end;
        }
        m_tail = joined(line, m_last);
    }

    std::string header(const SearchSpace& space) const
    {
        const bool block = m_section && !m_written.empty() && !space.parameters().empty();
        if (block)
            return m_lines[m_first];
        const std::string comment = m_section ? trailingComment(m_lines[m_first]) : std::string();
        return (space.parameters().empty() ? "space: {}" : "space:") + comment + m_lineEnd;
    }

    std::string written(const Parameter& parameter) const
    {
        const auto found = m_written.find(parameter.name);
        if (found == m_written.end())
            return std::string(m_indent, ' ') + yamlParameter(parameter) + m_lineEnd;
        const Written& old = found->second;
        if (old.parameter && *old.parameter == parameter && !hasProblems(parameter.name))
            return old.before + old.own;
        return old.before + std::string(m_indent, ' ') + yamlParameter(parameter) + old.comment + m_lineEnd;
    }

    bool hasProblems(const std::string& name) const
    {
        const std::string key = "space." + name;
        return std::ranges::any_of(m_problems, [&](const FileProblem& problem) {
            return problem.key == key || problem.key.starts_with(key + ".");
        });
    }

    /// False for what an alias means: it stands elsewhere.
    bool areLinesBelow(const std::vector<std::pair<std::string, YamlValue>>& entries) const
    {
        return std::ranges::all_of(entries, [this](const auto& entry) {
            return lineOf(entry.second) > m_first && lineOf(entry.second) < m_last;
        });
    }

    static std::size_t lineOf(const YamlValue& value)
    {
        return static_cast<std::size_t>(value.keyMark().line);
    }

    std::string joined(std::size_t first, std::size_t last) const
    {
        std::string text;
        for (std::size_t line = first; line < last; ++line)
            text += m_lines[line];
        return text;
    }

    std::vector<FileProblem> m_problems;
    YamlValue m_document;
    std::vector<std::string> m_lines;
    std::string m_lineEnd = "\n";
    std::optional<YamlValue> m_section;
    std::size_t m_first = 0, m_last = 0; ///< lines [first, last) are the section
    std::size_t m_indent = 2;
    SearchSpace m_old;
    std::map<std::string, Written> m_written;
    std::string m_tail; ///< what follows the last parameter inside the section
};

} // namespace

std::string withSpace(std::string_view yaml, const SearchSpace& space)
{
    return SpaceText(yaml).replacedBy(space);
}

} // namespace widthwise
