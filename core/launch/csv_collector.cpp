// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/line_collector.h"
#include "core/launch/number_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

/// Cells of one line; quotes around a cell go (RFC 4180), and a quoted cell may hold commas.
std::vector<std::string> cellsOf(std::string_view line)
{
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
            cells.back() += line[++i];
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == ',' && !quoted)
            cells.emplace_back();
        else
            cells.back() += line[i];
    }
    return cells;
}

std::string_view withoutCarriageReturn(std::string_view line)
{
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

class Csv final : public LineCollector {
public:
    Csv(const CsvCollector& settings, const std::string& state) : LineCollector(settings.file)
    {
        restore(state);
    }

    /// Lightning writes the whole file anew, with more columns, when a metric appears.
    bool stillReads(std::string_view head) const override
    {
        const std::size_t newline = head.find('\n');
        return m_header.empty() || newline == std::string_view::npos ||
               withoutCarriageReturn(head.substr(0, newline)) == m_header;
    }

protected:
    Line readLine(std::string_view line, MetricSamples& samples) override
    {
        if (m_header.empty()) {
            setHeader(std::string(line));
            return Line::Read;
        }
        const std::vector<std::string> cells = cellsOf(line);
        if (cells.size() != m_columns.size())
            return Line::Malformed;
        const std::size_t stepColumn = static_cast<std::size_t>(
            std::find(m_columns.begin(), m_columns.end(), "step") - m_columns.begin());
        const std::optional<std::uint32_t> step =
            stepColumn < cells.size() ? stepFromText(cells[stepColumn]) : std::optional(m_rows);
        ++m_rows;
        if (!step)
            return Line::Malformed;
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (const auto value = i == stepColumn ? std::nullopt : numberFromText(cells[i]))
                samples[m_columns[i]].push_back({*step, *value});
        return Line::Read;
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
        m_columns = cellsOf(m_header);
    }

    std::string m_header;
    std::vector<std::string> m_columns;
    std::uint32_t m_rows = 0; ///< the step, where the file has no such column
};

} // namespace

std::unique_ptr<MetricsCollector> makeCsvCollector(const CsvCollector& settings, const std::string& state)
{
    return std::make_unique<Csv>(settings, state);
}

} // namespace widthwise
