// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/table.h"

#include "app/ctl/text.h"

#include <algorithm>

namespace widthwise::ctl {

namespace {

void append(Line& line, const Span& cell, std::size_t width, Table::Align align)
{
    if (!line.empty())
        line.push_back({"  "});
    const std::string padding(width - displayWidth(cell.text), ' ');
    if (align == Table::Align::Right)
        line.push_back({padding});
    line.push_back(cell);
    if (align == Table::Align::Left)
        line.push_back({padding});
}

} // namespace

std::vector<Line> Table::lines() const
{
    std::vector<Line> lines(m_rows.size() + 1);
    for (std::size_t column = 0; column < m_columns.size(); ++column) {
        std::size_t width = 0;
        for (const Line& row : m_rows)
            width = std::max(width, displayWidth(row.at(column).text));
        if (width == 0)
            continue;
        const auto& [title, align] = m_columns[column];
        width = std::max(width, displayWidth(title));
        append(lines[0], {title, Tone::Muted}, width, align);
        for (std::size_t row = 0; row < m_rows.size(); ++row)
            append(lines[row + 1], m_rows[row].at(column), width, align);
    }
    return lines;
}

} // namespace widthwise::ctl
