// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/terminal.h"

#include <string>
#include <vector>

namespace widthwise::ctl {

/// Columns aligned by their widest cell, two spaces apart, under a muted header.
class Table {
public:
    enum class Align { Left, Right };
    struct Column {
        std::string title;
        Align align = Align::Left;
    };

    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}

    /// One cell per column.
    void add(Line cells) { m_rows.push_back(std::move(cells)); }
    bool empty() const { return m_rows.empty(); }

    /// Header and rows; columns in which every cell is empty are left out.
    std::vector<Line> lines() const;

private:
    std::vector<Column> m_columns;
    std::vector<Line> m_rows;
};

} // namespace widthwise::ctl
