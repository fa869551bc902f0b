// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/line_collector.h"
#include "core/launch/number_text.h"
#include "core/launch/plain_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace widthwise {

namespace {

/// Without blanks around it, but for those in quotes.
struct Cell {
    std::string text;
    std::size_t quotedEnd = 0; ///< up to here blanks stay

    void trim() { text.erase(std::max(text.find_last_not_of(" \t") + 1, quotedEnd)); }
};

/// Cells of one line; quotes around a cell go (RFC 4180), and a quoted cell may hold separators.
std::vector<std::string> cellsOf(std::string_view line, char separator)
{
    std::vector<std::string> cells;
    Cell cell;
    bool quoted = false;
    const auto close = [&] {
        cell.trim();
        cells.push_back(std::exchange(cell, {}).text);
    };
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            cell.text += line[++i];
        } else if (line[i] == '"') {
            quoted = !quoted;
            cell.quotedEnd = cell.text.size();
        } else if (line[i] == separator && !quoted) {
            close();
        } else if (quoted || !cell.text.empty() || (line[i] != ' ' && line[i] != '\t')) {
            cell.text += line[i];
        }
    }
    close();
    return cells;
}

/// Spreadsheets of countries with a decimal comma put semicolons, others tabs.
char separatorOf(std::string_view header)
{
    for (const char separator : {',', ';', '\t'})
        if (header.find(separator) != std::string_view::npos)
            return separator;
    return ',';
}

bool isNumber(const std::string& cell)
{
    return numberFromText(cell).has_value();
}

class Csv final : public LineCollector {
public:
    Csv(const CsvCollector& settings, const std::string& state)
        : LineCollector(settings.file, "\r\n", Returns::EndLines)
    {
        restore(state);
    }

protected:
    void readLine(std::string_view written, char, MetricSamples& samples) override
    {
        const std::string line = validText(written);
        if (line.find_first_not_of(" \t") == std::string_view::npos)
            return;
        const std::vector<std::string> cells =
            cellsOf(line, m_columns.empty() ? separatorOf(line) : m_separator);
        if (m_columns.empty() && std::ranges::all_of(cells, isNumber))
            note(Notice::Kind::NoHeader, line);
        else if (m_columns.empty() || isHeader(cells))
            setHeader(line);
        else if (cells.size() != m_columns.size())
            note(Notice::Kind::Unread, line);
        else
            readRow(line, cells, samples);
    }
    void save(nlohmann::json& state) const override
    {
        state["header"] = m_header;
        state["rows"] = m_rows;
    }
    void load(const nlohmann::json& state) override
    {
        m_rows = state.value("rows", m_rows);
        if (const std::string header = state.value("header", ""); !header.empty())
            setHeader(header);
    }

private:
    void setHeader(std::string header)
    {
        m_header = std::move(header);
        m_separator = separatorOf(m_header);
        m_columns = cellsOf(m_header, m_separator);
        m_step = columnNamed("step");
        if (m_step == std::ssize(m_columns))
            m_step = columnNamed("epoch");
    }

    /// In letters of either size, since TensorBoard writes `Step`; behind the last where there is none.
    std::ptrdiff_t columnNamed(std::string_view name) const
    {
        const auto isIt = [name](const std::string& column) {
            return std::ranges::equal(column, name, [](char a, char b) { return (a | 0x20) == b; });
        };
        return std::ranges::find_if(m_columns, isIt) - m_columns.begin();
    }

    /// A program that goes on in the same file may write its header again, also with other columns.
    bool isHeader(const std::vector<std::string>& cells) const
    {
        const auto isKnown = [this](const std::string& cell) {
            return !cell.empty() && std::ranges::find(m_columns, cell) != m_columns.end();
        };
        return std::ranges::any_of(cells, isKnown) && std::ranges::none_of(cells, isNumber);
    }

    void readRow(std::string_view line, const std::vector<std::string>& cells, MetricSamples& samples)
    {
        const std::int64_t row = m_rows++;
        const bool names = m_step < std::ssize(cells);
        const std::optional<std::int64_t> step =
            names ? stepFromText(cells[static_cast<std::size_t>(m_step)]) : std::optional(row);
        if (!step)
            return note(Notice::Kind::Unread, line);
        for (std::ptrdiff_t i = 0; i < std::ssize(cells); ++i) {
            const auto column = static_cast<std::size_t>(i);
            if (i == m_step || m_columns[column].empty())
                continue; // a column without a name holds the rows' numbers, as pandas writes them
            if (const auto value = numberFromText(cells[column]))
                samples[m_columns[column]].push_back({*step, *value});
            else if (hasNumberComma(cells[column], 0, cells[column].size()))
                note(Notice::Kind::DecimalComma, line);
        }
    }

    std::string m_header;
    std::vector<std::string> m_columns;
    char m_separator = ',';
    std::ptrdiff_t m_step =
        0; ///< the column of the steps: `step`, else `epoch`; behind the last: rows are counted
    std::int64_t m_rows = 0;
};

} // namespace

std::unique_ptr<MetricsCollector> makeCsvCollector(const CsvCollector& settings, const std::string& state)
{
    return std::make_unique<Csv>(settings, state);
}

} // namespace widthwise
